import fc from "fast-check";
import { expect, it } from "vitest";
import { leftOf, RateWindows, rateWindowMs, reachedRate } from "./rate-windows.ts";

const terms = { caller: 100, organization: 150 };

it("gives a lot, less when little is left, and none when nothing is", () => {
  const windows = new RateWindows();
  expect(windows.lease("a", terms, 10, 0)).toMatchObject({
    granted: 10,
    caller: { limit: 100, used: 10 },
    resetsAtMs: rateWindowMs,
  });
  const lots: number[] = [];
  for (let granted = 1; granted > 0; lots.push(granted)) {
    granted = windows.lease("a", terms, 50, 1).granted;
  }
  expect(lots.reduce((sum, one) => sum + one)).toBe(90);
  expect(lots.at(0)).toBe(23);
  expect(lots.slice(-2)).toEqual([1, 0]);
  expect(reachedRate(windows.look("a", terms, 1))).toBe("caller");
  expect(reachedRate(windows.look("b", terms, 1))).toBeNull();
});

it("begins anew with each minute, and never goes back", () => {
  const windows = new RateWindows();
  windows.lease("a", { caller: 1, organization: 1 }, 1, rateWindowMs - 1);
  expect(windows.lease("a", { caller: 1, organization: 1 }, 1, rateWindowMs - 1).granted).toBe(0);
  expect(windows.lease("a", { caller: 1, organization: 1 }, 1, rateWindowMs).granted).toBe(1);
  expect(windows.lease("a", { caller: 1, organization: 1 }, 1, rateWindowMs - 1).granted).toBe(0);
});

it("never gives out more than a caller or the organization may have, whoever asks and however", () => {
  const ask = fc.record({
    caller: fc.constantFrom("a", "b", "c"),
    wanted: fc.integer({ min: 0, max: 200 }),
    afterMs: fc.integer({ min: 0, max: 20_000 }),
  });
  fc.assert(
    fc.property(fc.array(ask, { maxLength: 60 }), (asks) => {
      const windows = new RateWindows();
      const given = new Map<string, number>();
      let nowMs = 0;
      for (const { caller, wanted, afterMs } of asks) {
        nowMs += afterMs;
        const { granted, resetsAtMs, ...state } = windows.lease(caller, terms, wanted, nowMs);
        expect(granted).toBeLessThanOrEqual(wanted);
        const window = String(resetsAtMs);
        given.set(`${window} ${caller}`, (given.get(`${window} ${caller}`) ?? 0) + granted);
        given.set(window, (given.get(window) ?? 0) + granted);
        expect(given.get(`${window} ${caller}`)).toBe(state.caller.used);
        expect(given.get(window)).toBe(state.organization.used);
        expect(state.caller.used).toBeLessThanOrEqual(terms.caller);
        expect(state.organization.used).toBeLessThanOrEqual(terms.organization);
        // Who asks while something is left gets something.
        if (wanted > 0 && granted === 0) expect(reachedRate(state)).not.toBeNull();
      }
    }),
  );
});

it("has nothing left of a limit that was lowered below what is used", () => {
  const windows = new RateWindows();
  windows.lease("a", terms, 20, 0);
  const lower = windows.lease("a", { caller: 10, organization: 150 }, 1, 0);
  expect([lower.granted, leftOf(lower.caller)]).toEqual([0, 0]);
});
