import { gcm } from "@noble/ciphers/aes.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/**
 * Envelope encryption: a master key wraps an organization's data key, which seals values. AES-256-GCM throughout.
 * Randomness comes from the caller: `iv` is 12 random bytes, never used twice with one key.
 */

/** What belongs to the sealed text, so that it cannot be put in another one's place. */
export type Context = readonly string[];

/** "iv.ciphertext", both hex. */
export function seal(key: Uint8Array, iv: Uint8Array, context: Context, text: Uint8Array): string {
  return `${bytesToHex(iv)}.${bytesToHex(gcm(key, iv, contextBytes(context)).encrypt(text))}`;
}

/** @throws Error when it was sealed by another key or in another context, or was changed */
export function open(key: Uint8Array, context: Context, sealed: string): Uint8Array {
  const [iv = "", bytes = ""] = sealed.split(".");
  return gcm(key, hexToBytes(iv), contextBytes(context)).decrypt(hexToBytes(bytes));
}

export interface MasterKeys {
  /** Wraps from now on. */
  current: string;
  /** Those that may have wrapped, by id; 32 bytes each. */
  keys: ReadonlyMap<string, Uint8Array>;
}

/** A data key as it is stored. */
export interface WrappedKey {
  id: string;
  wrapped: string;
  masterKeyId: string;
}

/** `{"current":"2","keys":{"1":"<32 random bytes as hex>","2":"…"}}` @throws Error that says what is wrong, and no key */
export function parseMasterKeys(text: string): MasterKeys {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error("is not JSON");
  }
  const { current, keys } = (parsed ?? {}) as { current?: unknown; keys?: unknown };
  if (typeof current !== "string" || typeof keys !== "object" || keys === null) {
    throw new Error('must be {"current": id, "keys": {id: key}}');
  }
  const read = new Map<string, Uint8Array>();
  for (const [id, key] of Object.entries(keys)) {
    if (typeof key !== "string" || !/^[0-9a-f]{64}$/.test(key)) {
      throw new Error(`key ${id} must be 32 random bytes as lower-case hex`);
    }
    read.set(id, hexToBytes(key));
  }
  if (!read.has(current)) throw new Error(`names ${current} as the current key, and has no such key`);
  return { current, keys: read };
}

const wrapContext = (organizationId: string, id: string): Context => ["data key", organizationId, id];

export function wrapKey(
  masters: MasterKeys,
  iv: Uint8Array,
  organizationId: string,
  id: string,
  dataKey: Uint8Array,
): WrappedKey {
  const wrapped = seal(masterKey(masters, masters.current), iv, wrapContext(organizationId, id), dataKey);
  return { id, wrapped, masterKeyId: masters.current };
}

/** @throws Error when the master key is not there any more, or the key was not wrapped by it for this organization */
export function unwrapKey(
  masters: MasterKeys,
  organizationId: string,
  { id, wrapped, masterKeyId }: WrappedKey,
): Uint8Array {
  return open(masterKey(masters, masterKeyId), wrapContext(organizationId, id), wrapped);
}

function masterKey({ keys }: MasterKeys, id: string): Uint8Array {
  const key = keys.get(id);
  if (!key) throw new Error(`The master key ${id} is not among SECRETS_KEYS`);
  return key;
}

/** What a secret's value is sealed in. */
export const secretContext = (organizationId: string, secretVersionId: string): Context => [
  "secret",
  organizationId,
  secretVersionId,
];

const contextBytes = (context: Context): Uint8Array => utf8ToBytes(JSON.stringify(context));
