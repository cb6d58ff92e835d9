import { expect, it } from "vitest";
import { diagnostic } from "../../protocol/api/configs.ts";
import { DomainError } from "../errors.ts";
import { getKind, kinds, validate } from "./kinds.ts";

it("gives every kind a template that it accepts without a remark", () => {
  for (const { kind, template } of kinds) expect(validate(kind, template)).toEqual([]);
});

it("names the kinds that exist when one does not", () => {
  expect(() => getKind("nonsense")).toThrow(DomainError);
  expect(() => getKind("nonsense")).toThrow(/Use one of: file, .*haproxy/);
});

it("speaks the API's shape", () => {
  const found = validate("haproxy", "frontend\n bnd\u0000 :80");
  expect(found.length).toBeGreaterThan(2);
  for (const one of found) expect(diagnostic.parse(one)).toEqual(one);
});

it("refuses text that cannot be delivered unchanged, with its place", () => {
  expect(validate("file", "one\ntwo\0three")).toMatchObject([
    { severity: "error", code: "nul_byte", line: 2, column: 4 },
  ]);
  expect(validate("file", "a\uD83D b")).toMatchObject([
    { severity: "error", code: "broken_character", line: 1, column: 2 },
  ]);
  expect(validate("file", "smile \u{1F600}\n")).toEqual([]);
});

it("warns of line ends and marks that programs stumble over", () => {
  expect(validate("file", "a\r\nb\r\n")).toMatchObject([
    { severity: "warning", code: "crlf_newlines", line: 1, column: 2 },
  ]);
  expect(validate("file", "a\nb\r\nc\n")).toMatchObject([{ code: "mixed_newlines", line: 2, column: 2 }]);
  expect(validate("file", "\uFEFFa\n")).toMatchObject([{ code: "byte_order_mark", line: 1, column: 1 }]);
});
