import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { validate } from "../kinds.ts";

const folder = new URL("../../../test/fixtures/configs/otel-collector/", import.meta.url);
const filesOf = (part: string) =>
  readdirSync(new URL(part, folder)).map((name) => ({
    name,
    content: readFileSync(new URL(`${part}${name}`, folder), "utf8"),
  }));

const good = filesOf("good/");
const bad = filesOf("bad/");

it("has a corpus worth the name", () => {
  expect(good.length).toBeGreaterThanOrEqual(15);
  expect(bad.length).toBeGreaterThanOrEqual(15);
});

describe("configs that a collector takes", () => {
  it.each(good)("$name: nothing to say", ({ content }) => {
    expect(validate("otel-collector", content)).toEqual([]);
  });
});

describe("configs with a problem", () => {
  it.each(bad)("$name: says where and what", ({ content }) => {
    const expected = [...content.matchAll(/^# expect (.+)$/gm)].map(([, line]) => line);
    expect(expected).not.toEqual([]);
    const found = validate("otel-collector", content);
    expect(found.map((one) => `${one.line}:${one.column} ${one.severity} ${one.code}`)).toEqual(expected);
    for (const { message, hint } of found) {
      expect(message).toMatch(/[.!?]$/);
      expect(hint).toMatch(/\S/);
    }
  });
});
