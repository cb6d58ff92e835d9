import fc from "fast-check";
import { expect, it } from "vitest";
import { type FleetId, fleetTag, fleetTagOf, isId, makeAgentId, makeId, ulid, ulidAfter } from "./ids.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** A ULID as the 128-bit number that it writes. */
const numberOf = (text: string): bigint =>
  [...text].reduce((sum, char) => sum * 32n + BigInt(alphabet.indexOf(char)), 0n);

const time = fc.integer({ min: 0, max: 2 ** 47 });
const random = fc.uint8Array({ minLength: 10, maxLength: 10 });

it("writes 48 bits of time and 80 bits of randomness, in that order", () => {
  fc.assert(
    fc.property(time, random, (nowMs, bytes) => {
      const low = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
      expect(numberOf(ulid(nowMs, bytes))).toBe((BigInt(nowMs) << 80n) + low);
      expect(isId("agent", makeId("agent", nowMs, bytes))).toBe(true);
    }),
  );
});

it("always rises, by one where the fresh one would not", () => {
  fc.assert(
    fc.property(time, random, random, (nowMs, before, bytes) => {
      const previous = ulid(nowMs, before);
      const next = ulidAfter(previous, nowMs, bytes);
      expect(next > previous).toBe(true);
      const fresh = ulid(nowMs, bytes);
      expect(numberOf(next)).toBe(fresh > previous ? numberOf(fresh) : numberOf(previous) + 1n);
    }),
  );
  const full = `${ulid(5, new Uint8Array(10)).slice(0, 10)}${"Z".repeat(16)}`;
  expect(numberOf(ulidAfter(full, 1, new Uint8Array(10)))).toBe(numberOf(full) + 1n);
});

it("names in an agent's id its time, its fleet and 40 random bits", () => {
  const random5 = fc.uint8Array({ minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(time, random, time, random5, (madeMs, fleetRandom, nowMs, bytes) => {
      const fleetId: FleetId = makeId("fleet", madeMs, fleetRandom);
      const id = makeAgentId(fleetId, nowMs, bytes);
      expect(isId("agent", id)).toBe(true);
      expect(fleetTagOf(id)).toBe(fleetId.slice(-8));
      expect(fleetTag(fleetId)).toBe(fleetTagOf(id));
      const text = id.slice("agt_".length);
      expect(numberOf(text.slice(0, 10))).toBe(BigInt(nowMs));
      expect(numberOf(text.slice(18))).toBe(bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n));
    }),
  );
  expect(() => makeAgentId("flt_01JD0000000000000000000000", 0, new Uint8Array(10))).toThrow(RangeError);
});
