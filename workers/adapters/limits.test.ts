import { describe, expect, it } from "vitest";
import { RateWindows, rateWindowMs } from "../../domain/tenancy/rate-windows.ts";
import type { LimitsRpc } from "../../protocol/rpc/limits.ts";
import { leasedLimits } from "./limits.ts";

const terms = { caller: 100, organization: 1_000 };
const who = { subject: "org_1", caller: "usr_1", terms };

function setUp() {
  const clock = { nowMs: 0, now: () => clock.nowMs };
  const windows = new RateWindows();
  const asked: number[] = [];
  const object: LimitsRpc = {
    lease: async (caller, wantedTerms, wanted) => {
      asked.push(wanted);
      return windows.lease(caller, wantedTerms, wanted, clock.now());
    },
    look: async (caller, wantedTerms) => windows.look(caller, wantedTerms, clock.now()),
  };
  const isolate = () => leasedLimits(() => object, clock);
  return { clock, object, asked, isolate, windows };
}

const times = <T>(n: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: n }, work));

describe("one isolate", () => {
  it("asks for growing lots, so that a request costs a fraction of a call", async () => {
    const { asked, isolate } = setUp();
    const limits = isolate();
    for (let i = 0; i < 40; i++) expect((await limits.take(who))?.allowed).toBe(true);
    expect(asked.slice(0, 2)).toEqual([5, 5]);
    expect(asked.length).toBeLessThanOrEqual(40 / 5);
  });

  it("lets exactly the limit pass, also when all come at once, and says when it resets", async () => {
    const { asked, isolate } = setUp();
    const limits = isolate();
    const taken = await times(130, () => limits.take(who));
    expect(taken.filter((one) => one?.allowed)).toHaveLength(100);
    const refused = taken.find((one) => one?.allowed === false);
    expect(refused?.state).toMatchObject({ caller: { limit: 100, used: 100 }, resetsAtMs: rateWindowMs });
    const calls = asked.length;
    await times(20, () => limits.take(who));
    expect(asked).toHaveLength(calls);
  });

  it("uses a lot of an object whose clock is behind, and does not ask again and again", async () => {
    const { clock, object, asked } = setUp();
    const ahead = { now: () => clock.nowMs + 2 * rateWindowMs };
    const limits = leasedLimits(() => object, ahead);
    for (let i = 0; i < 5; i++) expect((await limits.take(who))?.allowed).toBe(true);
    expect(asked).toEqual([5]);
  });

  it("tells what is left to the caller, without what it holds itself", async () => {
    const { isolate } = setUp();
    const limits = isolate();
    const first = await limits.take(who);
    expect(first?.state.caller).toEqual({ limit: 100, used: 1 });
    expect((await limits.look(who))?.caller).toEqual({ limit: 100, used: 1 });
  });

  it("lets pass again in the next minute", async () => {
    const { clock, isolate } = setUp();
    const limits = isolate();
    await times(101, () => limits.take(who));
    expect((await limits.take(who))?.allowed).toBe(false);
    clock.nowMs = rateWindowMs;
    expect(await limits.take(who)).toMatchObject({ allowed: true, state: { caller: { used: 1 } } });
  });
});

it("holds many isolates together to the limit, of the caller and of the organization", async () => {
  const { isolate } = setUp();
  const isolates = Array.from({ length: 7 }, isolate);
  const small = { ...who, terms: { caller: 100, organization: 150 } };
  const other = { ...small, caller: "usr_2" };
  const taken = await Promise.all(
    isolates.flatMap((limits) => [times(30, () => limits.take(small)), times(30, () => limits.take(other))]),
  );
  const passed = taken.flat().filter((one) => one?.allowed).length;
  expect(passed).toBeLessThanOrEqual(150);
  expect(passed).toBeGreaterThan(100);
});

describe("when the object cannot be asked", () => {
  it("lets requests pass, and asks again after a while only", async () => {
    const { clock, object, asked } = setUp();
    let down = true;
    let calls = 0;
    const limits = leasedLimits(() => {
      calls++;
      return down
        ? { ...object, lease: () => Promise.reject(new Error("Network connection lost.")) }
        : object;
    }, clock);
    expect(await times(10, () => limits.take(who))).toEqual(Array(10).fill(null));
    expect(calls).toBe(1);
    down = false;
    expect(await limits.take(who)).toBeNull();
    clock.nowMs += 5_000;
    expect((await limits.take(who))?.allowed).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it("does not wait for an object that never answers", async () => {
    const { clock } = setUp();
    const never = () => new Promise<never>(() => undefined);
    const limits = leasedLimits(() => ({ lease: never, look: never }), clock);
    expect(await limits.take(who)).toBeNull();
    expect(await limits.look(who)).toBeNull();
  });
});
