import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { maskedSecret } from "../configs/inputs/fill.ts";
import { minSecretChars } from "./value.ts";

export interface KnownSecret {
  secret: string;
  version: number;
  text: string;
}

/** Answers the text with every secret in it masked, however it is written there. Never throws. */
export type Mask = (text: string) => string;

/** Pieces of a value that are shorter say nothing of it, and stand in many texts. */
const minPieceChars = minSecretChars;
/** The beginning of a value that a text ends with, since it was cut, is masked from so many characters on. */
const minCutChars = 8;

interface Needle {
  text: string;
  mask: string;
}

/**
 * Looks for the value itself, for each of its longer lines, and for both as programs write them into their texts. A text
 * is read once, however many values there are. What two versions hold is called by the first of them.
 */
export function secretMask(secrets: readonly KnownSecret[]): Mask {
  const needles = new Map<string, string>();
  for (const { secret, version, text } of secrets) {
    const mask = maskedSecret({ secret, version });
    for (const piece of piecesOf(text)) {
      for (const written of writingsOf(piece)) {
        if (written.length >= minPieceChars && !needles.has(written)) needles.set(written, mask);
      }
    }
  }
  const indexes = [minCutChars, minPieceChars].flatMap((chars, i) => {
    const sized = [...needles].filter(([{ length }]) => length >= minCutChars === (i === 0));
    return sized.length === 0 ? [] : [indexOf(sized, chars)];
  });
  return (text) =>
    withoutRanges(
      text,
      indexes.flatMap((index) => rangesIn(text, index)).sort((a, b) => a.start - b.start || b.end - a.end),
    );
}

/** Needles by a number that stands for their first characters, the longest first. */
interface NeedleIndex {
  chars: number;
  needles: ReadonlyMap<number, readonly Needle[]>;
  /** 1 = some needle has this number. */
  has: Readonly<Uint8Array>;
}

const keys = 2 ** 16;

function indexOf(texts: [string, string][], chars: number): NeedleIndex {
  const needles = new Map<number, Needle[]>();
  const has = new Uint8Array(keys);
  for (const [text, mask] of texts.sort(([a], [b]) => b.length - a.length)) {
    const key = keyAt(text, 0, chars);
    has[key] = 1;
    const others = needles.get(key);
    if (others) others.push({ text, mask });
    else needles.set(key, [{ text, mask }]);
  }
  return { chars, needles, has };
}

function keyAt(text: string, at: number, chars: number): number {
  let key = 0;
  for (let i = at; i < at + chars; i++) key = (key * 31 + text.charCodeAt(i)) % keys;
  return key;
}

const linesOf = (text: string): string[] => text.split(/\r\n|[\r\n]/).map((line) => line.trim());

/** Whether it has several lines of which one says something and is too short to be masked where it stands alone. */
export function hasUnmaskedLine(text: string): boolean {
  const lines = linesOf(text);
  return lines.length > 1 && lines.some((line) => line.length < minPieceChars && /[\p{L}\p{N}]/u.test(line));
}

/** The value, and each line of one that has several. */
function piecesOf(text: string): string[] {
  const lines = linesOf(text);
  const pieces = lines.length > 1 ? [text, text.trimEnd(), ...lines] : [text, ...lines];
  return [...new Set(pieces)].filter((piece) => piece.length >= minPieceChars);
}

function writingsOf(text: string): Set<string> {
  const bytes = utf8ToBytes(text);
  const json = JSON.stringify(text).slice(1, -1);
  const html = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return new Set([
    text,
    text.replaceAll("\n", "\r\n"),
    json,
    json.replaceAll("/", "\\/"),
    // JSON that an error text quotes.
    JSON.stringify(json).slice(1, -1),
    // As Go's and Python's encoders write JSON.
    json.replace(/[<>&\u2028\u2029]/g, escapeUnit),
    json.replace(/[^\0-\x7f]/g, escapeUnit),
    // As placeholders in YAML are filled in.
    json.replace(/[\x7f-\x9f\u2028\u2029\ufeff]/g, escapeUnit),
    text.replaceAll("'", "''"),
    text.replaceAll("'", "'\\''"),
    text.replaceAll("\\", "\\\\"),
    html,
    html.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    html.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
    ...urlsOf(text),
    bytesToHex(bytes),
    bytesToHex(bytes).toUpperCase(),
    ...base64Of(bytes),
  ]);
}

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** As JavaScript, as Go, as Python, and as Go in the user's part of an address write it. */
function urlsOf(text: string): string[] {
  const url = encodeQuietly(text);
  const strict = url.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const user = strict.replace(/%(?:24|26|2B|2C|3B|3D)/g, decodeURIComponent);
  return [url, strict, strict.replaceAll("%2F", "/"), user].flatMap((one) => [
    one,
    one.replaceAll("%20", "+"),
    one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ]);
}

/** A value with half a surrogate pair has no such writing. */
function encodeQuietly(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * What of the value shows in any base64 text that has it inside, such as that of "user:value": one writing for each of
 * the three places where it may begin in a group, without the characters that its neighbours have a part in.
 */
function base64Of(bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const shifted = new Uint8Array(shift + bytes.length);
    shifted.set(bytes, shift);
    const whole = Math.floor((shifted.length * 8) / 6);
    const from = Math.ceil((shift * 8) / 6);
    const text = base64Digits(shifted, whole).slice(from);
    return [text, text.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** The first `count` digits, which the bytes fill whole. */
function base64Digits(bytes: Uint8Array, count: number): string {
  let text = "";
  for (let digit = 0; digit < count; digit++) {
    const bit = digit * 6;
    const two = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    text += alphabet[(two >> (10 - (bit & 7))) & 63];
  }
  return text;
}

interface Range {
  start: number;
  end: number;
  mask: string;
}

function rangesIn(text: string, { chars, needles, has }: NeedleIndex): Range[] {
  const ranges: Range[] = [];
  const ends = new Map<Needle, number>();
  for (let at = 0; at + chars <= text.length; at++) {
    const key = keyAt(text, at, chars);
    if (has[key] === 0) continue;
    const found = needles
      .get(key)
      ?.find((needle) => at >= (ends.get(needle) ?? 0) && standsAt(needle, text, at));
    if (!found) continue;
    const end = Math.min(at + found.text.length, text.length);
    ends.set(found, end);
    ranges.push({ start: at, end, mask: found.mask });
  }
  return ranges;
}

/** Whole, or as far as the text goes. */
function standsAt({ text: needle }: Needle, text: string, at: number): boolean {
  const left = text.length - at;
  if (left >= needle.length) return text.startsWith(needle, at);
  return left >= minCutChars && needle.startsWith(text.slice(at));
}

/** Ranges that overlap are masked as one, by the first one's words. */
function withoutRanges(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text;
  let result = "";
  let at = 0;
  for (const { start, end, mask } of ranges) {
    if (end <= at) continue;
    if (start >= at) result += text.slice(at, start) + mask;
    at = end;
  }
  return result + text.slice(at);
}
