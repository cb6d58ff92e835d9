import { hkdfSync } from "node:crypto";
import { type CryptoKey, importJWK } from "jose";
import { z } from "zod";

const privateJwk = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string().min(1),
  d: z.string().min(1),
});
export type PrivateJwk = z.infer<typeof privateJwk>;

/** Reads an Ed25519 private key, a JWK as JSON text. Throws a message that does not repeat the text. */
export function parsePrivateJwk(text: string): PrivateJwk {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error("is not JSON: give an Ed25519 private key as a JWK");
  }
  const parsed = privateJwk.safeParse(json);
  if (!parsed.success) throw new Error("is not an Ed25519 private key as a JWK (kty OKP, crv Ed25519, x, d)");
  return parsed.data;
}

export interface SigningKey {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

export async function loadSigningKey(jwk: PrivateJwk): Promise<SigningKey> {
  const { d: _, ...publicJwk } = jwk;
  return {
    privateKey: await importJWK(jwk, "EdDSA"),
    publicKey: await importJWK(publicJwk, "EdDSA"),
  };
}

/** 32 bytes for one purpose, which tell nothing of the key or of another purpose's. */
export function deriveSecret(jwk: PrivateJwk, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", Buffer.from(jwk.d, "base64url"), "", `muster ${purpose}`, 32));
}
