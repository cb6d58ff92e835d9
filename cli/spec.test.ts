import { describe, expect, it } from "vitest";
import { splitVersion } from "./commands/configs/find.ts";
import { labelPairs } from "./commands/tokens/create.ts";
import { moment } from "./commands/usage/usage.ts";
import { Failure } from "./exit-codes.ts";
import { durationSeconds, whole } from "./spec.ts";

describe("values of options", () => {
  it.each([
    ["45", 45],
    ["45s", 45],
    ["10m", 600],
    ["2h", 7200],
    ["7d", 604_800],
  ])("reads the duration %s", (text, seconds) => expect(durationSeconds.parse(text)).toBe(seconds));

  it.each(["", "m", "1w", "-5s", "1.5h", "5 m"])("refuses the duration %j", (text) => {
    expect(durationSeconds.safeParse(text).success).toBe(false);
  });

  it("reads whole numbers within bounds", () => {
    const schema = whole(1, 10);
    expect(schema.parse("7")).toBe(7);
    for (const text of ["0", "11", "1.5", "x"]) expect(schema.safeParse(text).success).toBe(false);
  });

  it("reads labels, with = allowed in the value", () => {
    expect(labelPairs.parse(["role=web", "note=a=b", "empty="])).toEqual({
      role: "web",
      note: "a=b",
      empty: "",
    });
    expect(labelPairs.safeParse(["role"]).success).toBe(false);
    expect(labelPairs.parse(undefined)).toEqual({});
  });

  it("reads a day as its beginning in UTC", () => {
    expect(moment.parse("2026-11-01")).toBe("2026-11-01T00:00:00.000Z");
    expect(moment.parse("2026-11-01T09:00:00+01:00")).toBe("2026-11-01T08:00:00.000Z");
    for (const text of ["yesterday", "2026", "2026-13-01"])
      expect(moment.safeParse(text).success).toBe(false);
  });
});

describe("splitVersion", () => {
  it("takes name, name@n and name@latest", () => {
    expect(splitVersion("greeting")).toEqual({ name: "greeting", version: null });
    expect(splitVersion("greeting@3")).toEqual({ name: "greeting", version: 3 });
    expect(splitVersion("greeting@latest")).toEqual({ name: "greeting", version: null });
  });
  it.each(["greeting@", "greeting@0", "@3", "greeting@v2"])("refuses %s", (text) => {
    expect(() => splitVersion(text)).toThrow(Failure);
  });
});
