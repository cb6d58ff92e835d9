import { expect, it } from "vitest";
import { encodeHeader, messageOf, parseSender } from "./message.ts";

const mail = { to: "ada@example.com", subject: "Hello", text: "Hello.\n.\nBye", html: "<p>Grüße</p>" };
const nowMs = Date.UTC(2026, 10, 21, 9, 0, 0);

it.each([
  ["Muster <no-reply@example.com>", { name: "Muster", address: "no-reply@example.com" }],
  ['"Muster, Inc." <no-reply@example.com>', { name: "Muster, Inc.", address: "no-reply@example.com" }],
  ["no-reply@example.com", { name: "", address: "no-reply@example.com" }],
])("reads the sender %s", (text, sender) => expect(parseSender(text)).toEqual(sender));

it("lets no text begin another header", () => {
  expect(encodeHeader("Hello\r\nBcc: all@example.com")).toBe("Hello Bcc: all@example.com");
  const header = messageOf({ ...mail, subject: "a\r\n\r\nb" }, "Muster <a@b.example>", nowMs).split(
    "\r\n\r\n",
  )[0];
  expect(header).toContain("Subject: a b\r\n");
});

it("encodes what is not ASCII in words of at most 75 characters", () => {
  const text = "Bestätigen Sie bitte Ihre Adresse für „Ärztehaus Überlingen am Bodensee“ ✅";
  const words = encodeHeader(text).split("\r\n ");
  expect(words.length).toBeGreaterThan(1);
  expect(words.every((word) => word.length <= 75)).toBe(true);
  const decoded = words.map((word) => Buffer.from(word.slice(10, -2), "base64").toString()).join("");
  expect(decoded).toBe(text);
});

it("holds text and HTML, and no line that ends the mail early", () => {
  const lines = messageOf(mail, '"Muster, Inc." <no-reply@example.com>', nowMs).split("\r\n");
  expect(lines).toContain('From: "Muster, Inc." <no-reply@example.com>');
  expect(lines).toContain("To: <ada@example.com>");
  expect(lines).toContain("Date: Sat, 21 Nov 2026 09:00:00 +0000");
  expect(lines.some((line) => line.startsWith("."))).toBe(false);
  expect(lines.every((line) => line.length <= 100)).toBe(true);
  const parts = lines
    .filter((line) => /^[A-Za-z0-9+/]+=*$/.test(line))
    .map((line) => Buffer.from(line, "base64"));
  expect(parts.map(String)).toEqual([mail.text, mail.html]);
});
