import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";

/**
 * A detached signature is ed25519 over the SHA-512 digest (64 bytes) of a file, written as base64. The digest lets a
 * file be checked while it streams; with OpenSSL 3:
 * `openssl dgst -sha512 -binary FILE > D; openssl pkeyutl -sign -inkey KEY.pem -rawin -in D | base64 -w0`.
 */
export type SignedContent = Uint8Array | AsyncIterable<Uint8Array>;

/** A public key as people write it: the 32 bytes as base64. */
export type PublicKeyText = string;

const keyBytes = 32;
const signatureBytes = 64;
/** What stands before the 32 bytes in a SubjectPublicKeyInfo of ed25519 (RFC 8410). */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** Why a text is no public key; null = it is one. */
export function publicKeyProblem(text: string): string | null {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === keyBytes && bytes.toString("base64") === text) return null;
  return `the key "${text.slice(0, 60)}" is not the base64 of an ed25519 public key (44 characters)`;
}

/**
 * The key that made `signature` (base64 text, or its 64 bytes) over `content`; null = none of `keys` did. Throws what
 * reading `content` throws, and for a key that is none.
 */
export async function verifyDetached(
  content: SignedContent,
  signature: string | Uint8Array,
  keys: readonly PublicKeyText[],
): Promise<PublicKeyText | null> {
  const hash = createHash("sha512");
  if (content instanceof Uint8Array) hash.update(content);
  else for await (const part of content) hash.update(part);
  return verifyDigest(hash.digest(), signature, keys);
}

/** As `verifyDetached`, for whoever has the SHA-512 digest already. */
export function verifyDigest(
  sha512: Uint8Array,
  signature: string | Uint8Array,
  keys: readonly PublicKeyText[],
): PublicKeyText | null {
  const bytes = typeof signature === "string" ? Buffer.from(signature.trim(), "base64") : signature;
  if (bytes.length !== signatureBytes) return null;
  return keys.find((key) => verify(null, sha512, publicKey(key), bytes)) ?? null;
}

function publicKey(text: PublicKeyText): KeyObject {
  const problem = publicKeyProblem(text);
  if (problem) throw new Error(problem);
  const der = Buffer.concat([spkiPrefix, Buffer.from(text, "base64")]);
  return createPublicKey({ key: der, format: "der", type: "spki" });
}
