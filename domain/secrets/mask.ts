import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { maskedSecret } from "../configs/inputs/fill.ts";

export interface KnownSecret {
  secret: string;
  version: number;
  text: string;
}

/** Answers the text with every secret in it masked, however it is written there. Never throws. */
export type Mask = (text: string) => string;

/** Pieces of a value that are shorter say nothing of it, and stand in many texts. */
const minPieceChars = 4;
/** The beginning of a value that a cut text ends with is masked from so many characters on. */
const minCutChars = 8;

interface Needle {
  text: string;
  mask: string;
}

/** Looks for the value itself, for each of its longer lines, and for both as programs write them into their texts. */
export function secretMask(secrets: readonly KnownSecret[]): Mask {
  const needles = new Map<string, string>();
  const cut: Needle[] = [];
  for (const { secret, version, text } of secrets) {
    const mask = maskedSecret({ secret, version });
    for (const piece of piecesOf(text)) {
      for (const written of writingsOf(piece)) {
        if (written.length >= minPieceChars) needles.set(written, mask);
      }
      cut.push({ text: piece, mask });
    }
  }
  const all = [...needles].map(([text, mask]) => ({ text, mask }));
  return (text) => (text === "" ? text : withoutRanges(text, rangesIn(text, all, cut)));
}

/** The value, and each line of one that has several. */
function piecesOf(text: string): string[] {
  const lines = text.split(/\r\n|[\r\n]/).map((line) => line.trim());
  const pieces = lines.length > 1 ? [text, text.trimEnd(), ...lines] : [text, ...lines];
  return [...new Set(pieces)].filter((piece) => piece.length >= minPieceChars);
}

function writingsOf(text: string): Set<string> {
  const bytes = utf8ToBytes(text);
  const json = JSON.stringify(text).slice(1, -1);
  const html = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const url = encodeQuietly(text);
  return new Set([
    text,
    text.replaceAll("\n", "\r\n"),
    json,
    json.replaceAll("/", "\\/"),
    // As Go's and Python's encoders write JSON.
    json.replace(/[<>&\u2028\u2029]/g, escapeUnit),
    json.replace(/[^\0-\x7f]/g, escapeUnit),
    text.replaceAll("'", "''"),
    text.replaceAll("'", "'\\''"),
    text.replaceAll("\\", "\\\\"),
    html,
    html.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    html.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
    url,
    url.replaceAll("%20", "+"),
    url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    bytesToHex(bytes),
    bytesToHex(bytes).toUpperCase(),
    ...base64Of(bytes),
  ]);
}

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

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

function rangesIn(text: string, needles: readonly Needle[], cut: readonly Needle[]): Range[] {
  const ranges: Range[] = [];
  for (const needle of needles) {
    const { length } = needle.text;
    for (let at = text.indexOf(needle.text); at !== -1; at = text.indexOf(needle.text, at + length)) {
      ranges.push({ start: at, end: at + length, mask: needle.mask });
    }
  }
  for (const { text: value, mask } of cut) {
    const length = cutLength(text, value);
    if (length > 0) ranges.push({ start: text.length - length, end: text.length, mask });
  }
  return ranges.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** How many of the value's first characters the text ends with. */
function cutLength(text: string, value: string): number {
  for (let length = Math.min(value.length - 1, text.length); length >= minCutChars; length--) {
    if (text.endsWith(value.slice(0, length))) return length;
  }
  return 0;
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
