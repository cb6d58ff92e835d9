import { expect, it } from "vitest";
import { readServerEvents } from "./server-events.ts";

const text = [
  ": welcome",
  "",
  "id: 7",
  "event: audit",
  "data: {",
  "data:  1}",
  "",
  "data: second",
  "",
  "id: 8",
  "",
  "data: never finished",
].join("\r\n");

const expected = [
  { id: "7", event: "audit", data: "{\n 1}" },
  { id: "7", event: "message", data: "second" },
  { id: "8", event: "", data: null },
];

async function read(chunks: string[]) {
  const found = [];
  const body = ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
  for await (const event of readServerEvents(body)) found.push(event);
  return found;
}

it("reads events whole, however the stream is cut", async () => {
  expect(await read([text])).toEqual(expected);
  for (let at = 1; at < text.length; at++) {
    expect(await read([text.slice(0, at), text.slice(at)])).toEqual(expected);
  }
  expect(await read([...text])).toEqual(expected);
  expect(await read([text.replaceAll("\r\n", "\n")])).toEqual(expected);
});
