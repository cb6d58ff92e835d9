/** A mail on the wire (RFC 5322, RFC 2045 to 2047). */
import { randomUUID } from "node:crypto";
import type { Mail } from "./transport.ts";

/** `Muster <no-reply@example.com>`, or the address alone. */
export function parseSender(text: string): { name: string; address: string } {
  const [, name = "", address = ""] = text.match(/^\s*"?([^"<]*?)"?\s*<([^<>\s]+)>\s*$/) ?? [];
  return address ? { name, address } : { name: "", address: text.trim() };
}

const oneLine = (text: string): string => text.replace(/[\r\n\t]+/g, " ").trim();
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** As it is where it is plain ASCII; else as encoded words of at most 75 characters. */
export function encodeHeader(given: string): string {
  const text = oneLine(given);
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let word = "";
  for (const char of text) {
    if (Buffer.byteLength(word + char) > 45) {
      words.push(word);
      word = "";
    }
    word += char;
  }
  return [...words, word].map((one) => `=?UTF-8?B?${base64(one)}?=`).join("\r\n ");
}

const part = (type: string, text: string): string[] => [
  `Content-Type: ${type}; charset=utf-8`,
  "Content-Transfer-Encoding: base64",
  "",
  ...(base64(text).match(/.{1,76}/g) ?? []),
];

/** Text and HTML as alternatives. No line of it begins with a dot, so nothing is to be stuffed. */
export function messageOf(mail: Mail, from: string, nowMs: number): string {
  const sender = parseSender(from);
  const boundary = `=_${randomUUID()}`;
  const name = sender.name && `${/^[\w ]+$/.test(sender.name) ? sender.name : encodeName(sender.name)} `;
  return [
    `From: ${name}<${sender.address}>`,
    `To: <${mail.to}>`,
    `Subject: ${encodeHeader(mail.subject)}`,
    `Date: ${new Date(nowMs).toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${randomUUID()}@${sender.address.split("@").at(-1)}>`,
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    ...part("text/plain", mail.text),
    `--${boundary}`,
    ...part("text/html", mail.html),
    `--${boundary}--`,
    "",
  ].join("\r\n");
}

/** A name with characters that mean something in a header is quoted, or encoded. */
function encodeName(name: string): string {
  const encoded = encodeHeader(name);
  return encoded.startsWith("=?") ? encoded : `"${encoded.replace(/["\\]/g, "\\$&")}"`;
}
