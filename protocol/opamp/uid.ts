/** OpAMP instance uids: 16 bytes on the wire, 32 hex digits everywhere else. */

export function uidToHex(uid: Uint8Array): string {
  let text = "";
  for (const byte of uid) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Throws RangeError unless `hex` is 32 hex digits. */
export function uidFromHex(hex: string): Uint8Array {
  if (!/^[0-9a-f]{32}$/i.test(hex)) throw new RangeError(`not an instance uid: ${hex}`);
  return hexToBytes(hex);
}

/** Hex of any even length; also for config hashes. */
export function hexToBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** A UUIDv7 as 16 bytes, out of the time and 10 random bytes. */
export function uuidV7(nowMs: number, random: Uint8Array): Uint8Array {
  const uid = new Uint8Array(16);
  let time = Math.floor(nowMs);
  for (let i = 5; i >= 0; i--) {
    uid[i] = time % 256;
    time = Math.floor(time / 256);
  }
  uid.set(random.subarray(0, 10), 6);
  uid[6] = 0x70 | ((uid[6] ?? 0) & 0x0f);
  uid[8] = 0x80 | ((uid[8] ?? 0) & 0x3f);
  return uid;
}
