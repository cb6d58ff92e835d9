import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Ed25519 keys as JWK JSON, by the names of the bindings that carry them. */
export interface SigningKeys {
  ACCESS_PRIVATE_KEY: string;
  CREDENTIAL_PRIVATE_KEY: string;
}

export function generateSigningKeys(): SigningKeys {
  const jwk = () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    return JSON.stringify({ ...privateKey.export({ format: "jwk" }), alg: "EdDSA", use: "sig" });
  };
  return { ACCESS_PRIVATE_KEY: jwk(), CREDENTIAL_PRIVATE_KEY: jwk() };
}

/** The keys kept in the state directory (mode 0600); made at the first call. */
export function localSigningKeys(stateDir: string): SigningKeys {
  const path = join(stateDir, "keys.json");
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as SigningKeys;
  const keys = generateSigningKeys();
  writeFileSync(`${path}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return keys;
}
