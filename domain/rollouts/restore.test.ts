import { expect, test } from "vitest";
import { advance } from "./advance.ts";
import { emptyCounts } from "./counts.ts";
import { createPending, planRollout } from "./plan.ts";
import { currentHeader, mustStore, restoreRollout, type StoredHeader, toStored } from "./restore.ts";
import { agentId, moved, start } from "./testing/run-rollout.ts";

/** As the first version wrote it. */
const old = {
  id: "rol_00000000000000000000000000",
  state: "running",
  reason: null,
  strategy: { kind: "rolling", batch: 1, pauseSeconds: 30 },
  gates: { soakSeconds: 0, maxFailures: 0, applyTimeoutSeconds: 60, progressDeadlineSeconds: 300 },
  autoRevert: true,
  waves: [0, 1].map((wave) => ({
    size: 1,
    counts: { ...emptyCounts(), [wave === 0 ? "offered" : "waiting"]: 1 },
    startedAt: wave === 0 ? 0 : null,
    endedAt: null,
    verdict: null,
  })),
  totals: { ...emptyCounts(), offered: 1, waiting: 1 },
  started: { ...emptyCounts(), offered: 1 },
  wave: 0,
  nextWaveAt: null,
  hold: null,
  aborted: false,
  progressAt: 0,
  dueAt: null,
  startedAt: 0,
  endedAt: null,
  revision: 3,
} as unknown as StoredHeader;

test("a rollout that was stored before headers held so much goes on", () => {
  expect(currentHeader(old)).toMatchObject({
    gates: { minReported: 1, metrics: [], webhooks: [], approval: false },
    strategy: { maxUnavailable: null, rate: null },
    changing: 2,
    promoted: -1,
    policy: { windows: [], freezes: [] },
  });
  const candidates = [0, 1].map((n) => ({
    id: agentId(n),
    labels: {},
    target: "new",
    running: "old",
    runningReleaseId: null,
    latchedError: null,
  }));
  const plan = planRollout(candidates, { ...old.strategy, kind: "rolling", batch: 1 } as never);
  const [first] = plan[0] ?? [];
  const row = {
    rolloutId: old.id,
    wave: 0,
    target: "new",
    previous: "old",
    previousReleaseId: null,
    state: "offered" as const,
    since: 0,
    offeredAt: 0,
    soakFrom: null,
    error: null,
  };
  const rollout = restoreRollout(
    old,
    plan,
    () => ({ connected: true, healthy: true, revoked: false, deleted: false, canStage: false, report: null }),
    (id) => (id === first?.id ? row : null),
    1000,
  );
  expect(rollout.header).toMatchObject({ unavailable: 1, dueAt: 300_000 });
  expect(rollout.header.waves.map((wave) => wave.reached)).toEqual([1, 0]);
  const said = { kind: "status", agent: first?.id ?? agentId(0), hash: "new", status: "applied" } as const;
  expect(advance(rollout, said, 2000).header.nextWaveAt).toBe(32_000);
});

test("what an agent's row must say, by where it stands", () => {
  const rollout = start([{}]);
  const progress = rollout.progress(0);
  const stored = (change: object) => ({ ...toStored("rol_00000000000000000000000000", progress), ...change });
  const cases = [
    [{ state: "waiting" }, null, false],
    [{ state: "waiting" }, { state: "unreachable" }, true],
    [{ state: "staging" }, null, false],
    [{ state: "staged" }, null, true],
    [{ state: "offered" }, { state: "staged" }, true],
    [{ state: "applying" }, { state: "offered" }, false],
    [{ state: "applying", offeredAt: 7 }, { state: "offered" }, true],
    [{ state: "applied" }, { state: "offered" }, true],
    [{ state: "verified" }, { state: "applied", soakFrom: 0 }, false],
    [{ state: "verified" }, { state: "applied", soakFrom: null }, true],
    [{ state: "verified" }, { state: "offered" }, true],
    [{ state: "unreachable", offeredAt: null }, null, true],
    [{ state: "unchanged" }, null, false],
    [{ state: "rejected" }, null, false],
    [{ state: "reverting" }, { state: "applied" }, true],
  ] as const;
  for (const [is, says, expected] of cases) {
    const row = says && (stored(says) as Parameters<typeof mustStore>[1]);
    expect(mustStore({ ...progress, ...is }, row), JSON.stringify([is, says])).toBe(expected);
  }
});

test("health that comes after APPLIED survives where nothing is soaked", () => {
  const rollout = start([{ healthy: false }, {}], { gates: { soakSeconds: 0 } });
  const sick = rollout.progress(0).healthy === false ? 0 : 1;
  rollout.say(sick, "applied");
  rollout.see({ kind: "health", agent: rollout.agent(sick), healthy: true });
  expect(rollout.states()[sick]).toBe("verified");
  rollout.evict();
  expect(rollout.states()[sick]).toBe("verified");
});

test("who was given up while it applied stays given up, and who says APPLYING after that applies", () => {
  const rollout = start([{}, {}]);
  rollout.say(0, "applying");
  rollout.offline(0);
  rollout.wait(300);
  expect(rollout.states()).toEqual(["unreachable", "unreachable"]);
  rollout.say(1, "applying");
  rollout.evict();
  expect(rollout.states()).toEqual(["unreachable", "applying"]);
});

test("one that waits for its approval can be aborted and takes a new policy; nothing is sent", () => {
  const terms = {
    id: "rol_00000000000000000000000000",
    strategy: { kind: "all-at-once" },
    gates: currentHeader(old).gates,
    autoRevert: true,
  } as const;
  const pending = createPending(terms, "awaiting_approval", 0);
  const policy = { protected: true, windows: [], freezes: [] };
  expect(advance(pending, { kind: "policy", policy }, 1).header).toMatchObject({
    state: "awaiting_approval",
    policy,
  });
  const aborted = advance(pending, { kind: "abort", actor: "usr_a" }, 1);
  expect(aborted.header.state).toBe("cancelled");
  expect(moved(aborted, "offer")).toEqual([]);
});
