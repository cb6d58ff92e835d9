import fc from "fast-check";
import { expect, test } from "vitest";
import type { RolloutId } from "../ids.ts";
import { type Admission, admit, type PendingRollout } from "./admission.ts";
import { openPolicy, type Policy, weekdays } from "./policy.ts";
import { openingAt } from "./schedule/schedule.ts";
import type { RolloutState } from "./states.ts";

const id = (n: number): RolloutId => `rol_${String(n).padStart(26, "0")}`;
const now = Date.parse("2026-11-20T12:00Z");
const hour = 3_600_000;
const one = (n: number, changes: Partial<PendingRollout> = {}): PendingRollout => ({
  id: id(n),
  state: "scheduled",
  schedule: { startAtMs: null, windows: [] },
  onActive: "queue",
  freezeOverridden: false,
  ...changes,
});
const after = (ms: number) => ({ schedule: { startAtMs: now + ms, windows: [] } });
const frozen: Policy = {
  ...openPolicy,
  freezes: [{ fromMs: now - hour, untilMs: now + hour, reason: "stocktaking" }],
};
const running = { id: id(0), state: "running" as const };

test.each<
  [string, PendingRollout[], { id: RolloutId; state: RolloutState } | null, Policy, Partial<Admission>]
>([
  ["nobody waits", [], null, openPolicy, { start: null, stopActive: null, dueAtMs: null }],
  ["one is ready", [one(1)], null, openPolicy, { start: id(1), stopActive: null, dueAtMs: null }],
  ["the first of two", [one(1), one(2)], null, openPolicy, { start: id(1) }],
  [
    "who waits for approval keeps nobody back",
    [one(1, { state: "awaiting_approval" }), one(2)],
    null,
    openPolicy,
    { start: id(2) },
  ],
  [
    "nor who waits for its time",
    [one(1, after(hour)), one(2)],
    null,
    openPolicy,
    { start: id(2), dueAtMs: now + hour },
  ],
  ["its time has come", [one(1, after(0))], null, openPolicy, { start: id(1) }],
  ["a freeze holds", [one(1)], null, frozen, { start: null, dueAtMs: now + hour }],
  ["unless it is overridden", [one(1), one(2, { freezeOverridden: true })], null, frozen, { start: id(2) }],
  [
    "another is active",
    [one(1), one(2)],
    running,
    openPolicy,
    { start: null, stopActive: null, dueAtMs: null },
  ],
  [
    "supersede",
    [one(1, { onActive: "supersede" })],
    running,
    openPolicy,
    { start: id(1), stopActive: id(0) },
  ],
  [
    "an earlier one that queues keeps it not back",
    [one(1), one(2, { onActive: "supersede" })],
    running,
    openPolicy,
    { start: id(2), stopActive: id(0) },
  ],
  [
    "nor once the active one has ended, which would start it for nothing",
    [one(1), one(2, { onActive: "supersede" })],
    null,
    openPolicy,
    { start: id(2), stopActive: null },
  ],
  [
    "supersede waits for its time",
    [one(1, { onActive: "supersede", ...after(hour) })],
    running,
    openPolicy,
    { start: null, stopActive: null, dueAtMs: now + hour },
  ],
  [
    "and for a rollback",
    [one(1, { onActive: "supersede" })],
    { id: id(0), state: "rolling_back" },
    openPolicy,
    { start: null, stopActive: null },
  ],
  [
    "a time that lies in a freeze is looked at again then",
    [one(1, after(hour / 2))],
    null,
    frozen,
    { start: null, dueAtMs: now + hour / 2 },
  ],
])("%s", (_, pending, active, policy, wanted) => {
  expect(admit({ pending, active, policy, nowMs: now })).toMatchObject(wanted);
});

test("says what each waits on", () => {
  const pending = [
    one(1, { state: "awaiting_approval" }),
    one(2, after(hour / 2)),
    one(3),
    one(4, { freezeOverridden: true }),
    one(5, { freezeOverridden: true }),
  ];
  const { reasonOf } = admit({ pending, active: null, policy: frozen, nowMs: now });
  expect(pending.map((rollout) => reasonOf(rollout.id))).toEqual([
    "A person must approve it",
    "It starts at 2026-11-20T12:30Z. By then: Frozen until 2026-11-20T13:00Z: stocktaking",
    "Frozen until 2026-11-20T13:00Z: stocktaking",
    null,
    `Rollout ${id(4)} starts before it`,
  ]);
  const kept = admit({
    pending: [one(1), one(2, { onActive: "supersede" })],
    active: { id: id(0), state: "rolling_back" },
    policy: openPolicy,
    nowMs: now,
  });
  expect(kept.reasonOf(id(1))).toContain(`Rollout ${id(0)} is rolling back`);
  expect(kept.reasonOf(id(2))).toContain("nothing interrupts");
});

const pendingOnes = fc
  .array(
    fc.record({
      state: fc.constantFrom("awaiting_approval" as const, "scheduled" as const),
      schedule: fc.record({
        startAtMs: fc.option(fc.integer({ min: now - 5 * hour, max: now + 50 * hour })),
        windows: fc.array(
          fc.record({
            days: fc.subarray([...weekdays], { minLength: 1 }),
            from: fc.constantFrom("00:00", "11:00", "22:00"),
            to: fc.constantFrom("04:00", "13:00", "22:00"),
            timeZone: fc.constantFrom("UTC", "Europe/Berlin"),
          }),
          { maxLength: 2 },
        ),
      }),
      onActive: fc.constantFrom("refuse" as const, "queue" as const, "supersede" as const),
      freezeOverridden: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map((all) => all.map((rollout, n) => ({ ...rollout, id: id(n + 1) })));
const policies = fc.constantFrom(openPolicy, frozen);
const actives = fc.option(
  fc
    .constantFrom("running" as const, "paused" as const, "rolling_back" as const)
    .map((state) => ({ id: id(0), state })),
);

/** By itself: is it the one's turn, whoever else waits? */
function isReady(one: PendingRollout, policy: Policy, nowMs: number): boolean {
  const { startAtMs, windows } = one.schedule;
  const freezes = one.freezeOverridden ? [] : policy.freezes;
  return (
    one.state === "scheduled" &&
    (startAtMs ?? 0) <= nowMs &&
    openingAt([policy.windows, windows], freezes, nowMs) === nowMs
  );
}

test("the first that may start wins, superseding ones before others, and at most one is active", () => {
  fc.assert(
    fc.property(pendingOnes, actives, policies, (pending, active, policy) => {
      const { start, stopActive, reasonOf } = admit({ pending, active, policy, nowMs: now });
      const may = pending.filter(
        (rollout) =>
          isReady(rollout, policy, now) &&
          (active === null || (rollout.onActive === "supersede" && active.state !== "rolling_back")),
      );
      const first = may.find((rollout) => rollout.onActive === "supersede") ?? may[0];
      expect(start).toBe(first?.id ?? null);
      expect(stopActive).toBe(start === null ? null : (active?.id ?? null));
      for (const rollout of pending) {
        if (rollout.id === start) expect(reasonOf(rollout.id)).toBeNull();
        else expect(reasonOf(rollout.id), "law 5: it can name what it waits on").not.toBeNull();
      }
    }),
    { numRuns: 500 },
  );
});

test("nobody becomes ready before the due time, and whoever waits for time alone starts in the end", () => {
  fc.assert(
    fc.property(pendingOnes, policies, fc.nat({ max: 99 }), (pending, policy, percent) => {
      const first = admit({ pending, active: null, policy, nowMs: now });
      if (first.start === null && first.dueAtMs !== null) {
        const between = now + Math.floor(((first.dueAtMs - now) * percent) / 100);
        expect(admit({ pending, active: null, policy, nowMs: between }).start).toBeNull();
      }
      let left: PendingRollout[] = pending;
      let nowMs = now;
      for (let looks = 0; looks < 60; looks++) {
        const { start, dueAtMs } = admit({ pending: left, active: null, policy, nowMs });
        left = left.filter((rollout) => rollout.id !== start);
        if (start !== null) continue;
        if (dueAtMs === null) break;
        expect(dueAtMs).toBeGreaterThan(nowMs);
        nowMs = dueAtMs;
      }
      expect(left.filter((rollout) => rollout.state === "scheduled")).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
