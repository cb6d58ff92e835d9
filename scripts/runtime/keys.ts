import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstRing } from "./master-keys.ts";

/**
 * By the names of the bindings that carry them: Ed25519 keys as JWK JSON, 32 random bytes as base64url, and the ring of
 * master keys as `parseMasterKeys` reads it.
 */
export interface SigningKeys {
  ACCESS_PRIVATE_KEY: string;
  CREDENTIAL_PRIVATE_KEY: string;
  WEBHOOK_SECRET: string;
  SECRETS_KEYS: string;
}

export function generateSigningKeys(): SigningKeys {
  const jwk = () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    return JSON.stringify({ ...privateKey.export({ format: "jwk" }), alg: "EdDSA", use: "sig" });
  };
  return {
    ACCESS_PRIVATE_KEY: jwk(),
    CREDENTIAL_PRIVATE_KEY: jwk(),
    WEBHOOK_SECRET: randomBytes(32).toString("base64url"),
    SECRETS_KEYS: firstRing(),
  };
}

/** The keys kept in the state directory (mode 0600). Those that are not there yet are made and kept. */
export function localSigningKeys(stateDir: string): SigningKeys {
  const path = join(stateDir, "keys.json");
  const made = generateSigningKeys();
  // Written below by an earlier call, maybe of a version that knew fewer keys.
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Partial<SigningKeys>) : {};
  const keys = { ...made, ...kept };
  if (Object.keys(made).every((name) => name in kept)) return keys;
  writeFileSync(`${path}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return keys;
}
