import { expect, it } from "vitest";
import { tailRecord } from "../../../protocol/custom/logs.ts";
import { readTailRecord } from "./tail-record.ts";

const line = { t: 1, s: "program", o: "stdout", l: "hello", c: "7" };

it.each([
  line,
  { ...line, t: null, o: null },
  { sources: [{ name: "program", title: "nginx" }] },
  { s: "program", note: "rotated away" },
])("reads what the contract knows: %j", (record) => {
  expect(tailRecord.safeParse(record).success).toBe(true);
  expect(readTailRecord(JSON.stringify(record))).toEqual(record);
});

it.each([
  "",
  "{",
  "null",
  "7",
  "[]",
  "{}",
  ...[{ t: 1e300 }, { t: "now" }, { s: "" }, { s: undefined }, { l: 7 }, { c: null }].map((changes) =>
    JSON.stringify({ ...line, ...changes }),
  ),
  '{"sources":[{"name":"program"}]}',
])("takes %s for no record", (text) => {
  expect(readTailRecord(text)).toBeNull();
});
