import { expect, it } from "vitest";
import { parseMasterKeys } from "../../domain/secrets/envelope.ts";
import { firstRing, nextRing, ringWithout } from "./master-keys.ts";

it("begins a new key beside the old ones, and drops those that are not current", () => {
  const first = firstRing();
  const second = nextRing(first);
  const ring = parseMasterKeys(second.ring);
  expect(ring.current).toBe("2");
  expect(ring.keys.get("1")).toEqual(parseMasterKeys(first).keys.get("1"));
  expect(ring.keys.get("2")).not.toEqual(ring.keys.get("1"));
  const third = ringWithout(second.ring, "1");
  expect([...parseMasterKeys(third.ring).keys.keys()]).toEqual(["2"]);
  expect(parseMasterKeys(nextRing(third.ring).ring).current).toBe("3");
});

it("keeps the current key, and says what there is", () => {
  const ring = nextRing(firstRing()).ring;
  expect(() => ringWithout(ring, "2")).toThrow(/current/);
  expect(() => ringWithout(ring, "7")).toThrow(/it has 1, 2/);
});

it("tells no key", () => {
  const { said, ring } = nextRing(firstRing());
  for (const key of Object.values((JSON.parse(ring) as { keys: Record<string, string> }).keys)) {
    expect(said).not.toContain(key);
  }
});
