import { describe, expect, it } from "vitest";
import { expiring, oldValuesKept, type SecretDecision, versionState } from "./versions.ts";

const versions = (count: number, state: SecretDecision = "approved") =>
  Array.from({ length: count }, (_, index) => ({ number: count - index, state }));

describe("values that may go when another is set", () => {
  it("are none as long as there are few", () => {
    expect(expiring(versions(oldValuesKept + 1), oldValuesKept + 1)).toEqual([]);
  });
  it("are the oldest ones, never the current one or what waits", () => {
    const all = versions(oldValuesKept + 4);
    expect(expiring(all, oldValuesKept + 4).map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(expiring(all, 2)).toEqual([]);
    expect(expiring(versions(oldValuesKept + 4, "pending"), oldValuesKept + 4)).toEqual([]);
  });
});

describe("the state of a version", () => {
  it.each([
    [{ number: 2, state: "approved", destroyed: false }, "current"],
    [{ number: 1, state: "approved", destroyed: false }, "old"],
    [{ number: 1, state: "approved", destroyed: true }, "destroyed"],
    [{ number: 3, state: "pending", destroyed: false }, "pending"],
    [{ number: 3, state: "rejected", destroyed: true }, "rejected"],
  ] as const)("%o is %s", (version, state) => {
    expect(versionState(version, 2)).toBe(state);
  });
});
