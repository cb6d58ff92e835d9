/**
 * Which addresses lie outside, in the public internet. Everything else (loopback, private, link-local, unique-local,
 * multicast, reserved, documentation, and IPv6 forms that hold such an IPv4 address) is inside. After the IANA
 * special-purpose address registries.
 */

/** Network and prefix length; `0` is the first byte. */
const insideV4: readonly [readonly [number, number, number, number], number][] = [
  [[0, 0, 0, 0], 8],
  [[10, 0, 0, 0], 8],
  [[100, 64, 0, 0], 10],
  [[127, 0, 0, 0], 8],
  [[169, 254, 0, 0], 16],
  [[172, 16, 0, 0], 12],
  [[192, 0, 0, 0], 24],
  [[192, 0, 2, 0], 24],
  [[192, 88, 99, 0], 24],
  [[192, 168, 0, 0], 16],
  [[198, 18, 0, 0], 15],
  [[198, 51, 100, 0], 24],
  [[203, 0, 113, 0], 24],
  [[224, 0, 0, 0], 4],
  [[240, 0, 0, 0], 4],
];

/** Only global unicast is outside at all; of that, these are not. */
const globalUnicast = { network: [0x20, 0x00], bits: 3 };
const insideV6: readonly [readonly number[], number][] = [
  [[0x20, 0x01, 0x00], 23],
  [[0x20, 0x01, 0x0d, 0xb8], 32],
  [[0x3f, 0xff, 0x00], 20],
];
const nat64 = [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
const sixToFour = [0x20, 0x02];

/** null when the text is no IP address; IPv6 with or without brackets. */
export function isPublicAddress(text: string): boolean | null {
  const v4 = parseV4(text);
  if (v4) return isPublicV4(v4);
  const v6 = parseV6(text.replace(/^\[(.*)\]$/, "$1"));
  return v6 === null ? null : isPublicV6(v6);
}

function isPublicV4(bytes: readonly number[]): boolean {
  return !insideV4.some(([network, bits]) => within(bytes, network, bits));
}

function isPublicV6(bytes: readonly number[]): boolean {
  if (within(bytes, nat64, 96)) return isPublicV4(bytes.slice(12));
  if (within(bytes, sixToFour, 16)) return isPublicV4(bytes.slice(2, 6));
  if (!within(bytes, globalUnicast.network, globalUnicast.bits)) return false;
  return !insideV6.some(([network, bits]) => within(bytes, network, bits));
}

function within(bytes: readonly number[], network: readonly number[], bits: number): boolean {
  for (let i = 0; i * 8 < bits; i++) {
    const mask = (0xff << Math.max(0, 8 - (bits - i * 8))) & 0xff;
    if (((bytes[i] ?? 0) & mask) !== ((network[i] ?? 0) & mask)) return false;
  }
  return true;
}

function parseV4(text: string): number[] | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return null;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

/** 16 bytes. A zone (`%eth0`) is no part of an address that may be called, so it makes the text unreadable. */
function parseV6(text: string): number[] | null {
  const dotted = text.match(/^(.*:)(\d+\.\d+\.\d+\.\d+)$/);
  const tail = dotted?.[2] === undefined ? [] : parseV4(dotted[2]);
  if (tail === null) return null;
  const groups = dotted?.[1] === undefined ? text : dotted[1].replace(/([^:]):$/, "$1");
  const halves = groups.split("::");
  if (halves.length > 2) return null;
  const [before, after] = [bytesOf(halves[0] ?? ""), bytesOf(halves[1] ?? "")];
  if (before === null || after === null) return null;
  const missing = 16 - before.length - after.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  return [...before, ...Array<number>(missing).fill(0), ...after, ...tail];
}

function bytesOf(groups: string): number[] | null {
  if (groups === "") return [];
  const parts = groups.split(":");
  if (!parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return null;
  return parts.map((part) => Number.parseInt(part, 16)).flatMap((group) => [group >> 8, group & 0xff]);
}
