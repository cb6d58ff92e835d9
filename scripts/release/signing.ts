import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface ReleaseKey {
  /** Base64 of the 32 bytes. */
  publicKey: string;
  /** Base64 of a signature as `agent/signature.ts` reads it. */
  sign(bytes: Uint8Array): string;
}

/** The key in the PEM file at `path` (PKCS #8, ed25519). One that is not there is made when `make` allows it. */
export function releaseKey(path: string, make: boolean): ReleaseKey {
  if (!existsSync(path)) {
    if (!make) throw new Error(`There is no release key at ${path}: MUSTER_RELEASE_KEY must name a PEM file`);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const made = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
    try {
      writeFileSync(path, made, { mode: 0o600, flag: "wx" });
    } catch (error) {
      // Another release made it meanwhile: that one counts.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  const key = readKey(path);
  return {
    publicKey: createPublicKey(key).export({ type: "spki", format: "der" }).subarray(-32).toString("base64"),
    sign: (bytes) => sign(null, createHash("sha512").update(bytes).digest(), key).toString("base64"),
  };
}

function readKey(path: string): KeyObject {
  let key: KeyObject | null = null;
  try {
    key = createPrivateKey(readFileSync(path));
  } catch {
    // Said below: the parser's own words may quote the file.
  }
  if (key?.asymmetricKeyType === "ed25519") return key;
  throw new Error(
    `${path} holds no ed25519 private key as PEM; make one with: openssl genpkey -algorithm ed25519`,
  );
}
