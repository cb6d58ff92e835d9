import { describe, expect, it } from "vitest";
import { corpus } from "../../test/fixtures/configs/corpus.ts";
import { kinds, validate } from "./kinds.ts";

it("has configs of every kind", () => {
  expect(Object.keys(corpus).sort()).toEqual(kinds.map(({ kind }) => kind).sort());
});

describe.each(Object.entries(corpus))("%s", (kind, { good, bad }) => {
  it("has enough of either", () => {
    expect(Object.keys(good).length).toBeGreaterThanOrEqual(15);
    expect(Object.keys(bad).length).toBeGreaterThanOrEqual(15);
  });
  it.each(Object.entries(good))("has no error in: %s", (_name, content) => {
    expect(validate(kind, content).filter(({ severity }) => severity === "error")).toEqual([]);
  });
  it.each(Object.entries(bad))("finds: %s", (_name, { content, code, line, column }) => {
    const found = validate(kind, content).filter(({ severity }) => severity === "error");
    expect(found.map((error) => [error.code, error.line, error.column])).toContainEqual([code, line, column]);
    for (const error of found) {
      expect(error.message).not.toBe("");
      expect(error.hint).toMatch(/\S/);
    }
  });
});
