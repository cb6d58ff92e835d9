import { expect, it } from "vitest";
import type { Rollout, RolloutPreview, StartedRollout } from "../../protocol/api/rollouts.ts";
import { type FakeFleet, fakeFleet } from "../harness/worker/fake-fleet.ts";
import { expectCall, prepareStore, type World, world } from "../harness/world.ts";

type Refused = { code: string; detail: string; errors: { path: string; message: string }[] };

async function configOf(w: World): Promise<string> {
  const made = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name: `c-${crypto.randomUUID().slice(0, 8)}`, kind: "file", content: "hello\n" },
  });
  return made.id;
}

const start = (fleet: FakeFleet, w: World, body: object, query = "", token = w.token) =>
  fleet.call<StartedRollout & RolloutPreview & Refused>("POST", `/v1/fleets/${w.fleet}/rollouts${query}`, {
    token,
    body,
  });

const night = { days: ["mon"], from: "22:00", to: "04:00", timeZone: "Europe/Berlin" };
const sha256 = "a".repeat(64);
const tool = { name: "tool", version: "1.2.0", url: "https://get.test/tool", sha256 };

async function keyOf(w: World, role: string, token = w.token): Promise<string> {
  const key = await expectCall<{ secret: string }>(201, "POST", `/v1/orgs/${w.organization}/api-keys`, {
    token,
    body: { name: `${role} key`, role },
  });
  return key.secret;
}

it("hands every term to the fleet, keeps it, and shows it again", async () => {
  const w = await world();
  const fleet = fakeFleet();
  await expectCall(200, "PATCH", `/v1/environments/${w.environment}`, {
    token: w.token,
    body: { protected: true, windows: [night] },
  });
  const terms = {
    strategy: { kind: "canary", steps: [{ agents: 1 }, { selector: "role=edge" }], promotion: "manual" },
    gates: {
      approval: true,
      minReported: 3,
      metrics: [{ metric: "errors_total", as: "rate", max: 1 }],
      webhooks: [{ url: "https://gate.example.com/confirm", on: ["start"] }],
    },
    schedule: { startAt: "2027-01-01T00:00:00.000Z", windows: [night] },
    onActive: "queue",
    overrideFreeze: { reason: "a leak" },
    message: "the message",
    autoRevert: false,
  };
  fleet.rollout = { state: "awaiting_approval", reason: "A person must approve it" };
  const assignments = [{ config: await configOf(w) }];
  const started = await start(fleet, w, { ...terms, assignments, packages: [tool] });
  expect(started.status, started.body.detail).toBe(201);
  const order = fleet.orders.at(-1);
  expect(order).toMatchObject({
    strategy: terms.strategy,
    gates: { approval: true, minReported: 3, metrics: [{ max: 1, minSamples: 5 }] },
    schedule: { startAtMs: Date.parse(terms.schedule.startAt), windows: [night] },
    policy: { protected: true, windows: [night], freezes: [] },
    policyRevision: 1,
    onActive: "queue",
    overrideFreeze: "a leak",
    autoRevert: false,
    revertOf: null,
    release: { packages: [{ ...tool, signature: null, type: "top-level", selector: "" }] },
  });
  expect(order?.person).toBe(order?.actor);
  const { receipt, rollout, release } = started.body;
  expect(release.packages).toHaveLength(1);
  expect(receipt.summary).toContain("has not started. A person must approve it. As the fleet is now, it ");
  expect(receipt.summary).not.toContain("awaiting_approval");
  expect(receipt.next[0]?.command).toBe(`muster rollouts approve ${rollout.id}`);
  expect(receipt.undo?.command).toBe(`muster rollouts abort ${rollout.id}`);

  const waiting = await fleet.call<{ items: Rollout[] }>(
    "GET",
    `/v1/fleets/${w.fleet}/rollouts?state=awaiting_approval`,
    { token: w.token },
  );
  expect(waiting.body.items).toEqual([
    expect.objectContaining({
      id: rollout.id,
      state: "awaiting_approval",
      schedule: terms.schedule,
      approval: { required: true, by: null, verdict: null, comment: null, at: null },
      freezeOverride: { by: w.email, reason: "a leak" },
    }),
  ]);
  const running = await fleet.call<{ items: Rollout[] }>(
    "GET",
    `/v1/fleets/${w.fleet}/rollouts?state=running`,
    { token: w.token },
  );
  expect(running.body.items).toEqual([]);

  const open = () =>
    fleet.call<{ items: Rollout[] }>("GET", `/v1/fleets/${w.fleet}/rollouts?state=open`, { token: w.token });
  expect((await open()).body.items.map(({ id }) => id)).toEqual([rollout.id]);
  // The store has not heard of the end yet.
  fleet.rollout = { state: "cancelled" };
  expect((await open()).body.items).toEqual([]);
});

it("names the person behind an API key, also behind a key's key", async () => {
  const w = await world();
  const fleet = fakeFleet();
  const assignments = [{ config: await configOf(w) }];
  await start(fleet, w, { assignments });
  const owner = fleet.orders.at(-1)?.actor;
  expect(owner).toMatch(/^usr_/);
  const first = await keyOf(w, "admin");
  const second = await keyOf(w, "operator", first);
  for (const token of [first, second]) {
    const { status } = await start(fleet, w, { assignments }, "", token);
    expect(status).toBe(201);
    const order = fleet.orders.at(-1);
    expect(order?.person).toBe(owner);
    expect(order?.actor).toMatch(/^key_/);
  }
});

it("refuses a release of nothing, by its field", async () => {
  const w = await world();
  const { status, body } = await start(fakeFleet(), w, { assignments: [] });
  expect([status, body.code, body.errors.map(({ path }) => path)]).toEqual([
    400,
    "validation_failed",
    ["assignments"],
  ]);
  expect(body.errors[0]?.message).toContain("packages");
});

it.each([
  [{ packages: [{ ...tool, sha256: "abc" }] }, "packages[0].sha256"],
  [{ gates: { webhooks: [{ url: "http://gate.test/", on: ["start"] }] } }, "gates.webhooks[0].url"],
  [{ gates: { webhooks: [{ url: "https://10.0.0.1/", on: ["start"] }] } }, "gates.webhooks[0].url"],
  [{ strategy: { kind: "rolling", batch: 0 } }, "strategy.batch"],
  [{ schedule: { startAt: "tomorrow" } }, "schedule.startAt"],
])("refuses %j by its field", async (terms, path) => {
  const w = await world();
  const { status, body } = await start(fakeFleet(), w, {
    assignments: [{ config: await configOf(w) }],
    ...terms,
  });
  expect([status, body.code, body.errors[0]?.path]).toEqual([400, "validation_failed", path]);
});

it.each([
  [{ packages: [{ ...tool, selector: "role in" }] }, "packages[0].selector"],
  [{ packages: [tool, { ...tool, version: "2.0.0" }] }, "packages[1].name"],
  [{ gates: { metrics: [{ metric: "errors" }] } }, "gates.metrics[0]"],
  [{ schedule: { windows: [{ ...night, timeZone: "Mars/Olympus" }] } }, "schedule.windows[0].timeZone"],
  [{ schedule: { startAt: "2020-01-01T00:00:00.000Z" } }, "schedule.startAt"],
  [{ strategy: { kind: "canary", steps: [{ selector: "role in" }] } }, "strategy.steps[0].selector"],
])("finds %j impossible, by its field, in the dry run too", async (terms, path) => {
  const w = await world();
  const body = { assignments: [{ config: await configOf(w) }], ...terms };
  for (const query of ["", "?dryRun=true"]) {
    const answer = await start(fakeFleet(), w, body, query);
    expect([answer.status, answer.body.code, answer.body.errors[0]?.path]).toEqual([
      422,
      "plan_impossible",
      path,
    ]);
  }
});

it("takes a release of packages alone, and carries packages over with the rest", async () => {
  const w = await world();
  const fleet = fakeFleet();
  const other = { ...tool, name: "other" };
  const first = await start(fleet, w, { assignments: [], packages: [tool, other] });
  expect(first.status, first.body.detail).toBe(201);
  fleet.summary = { ...fleet.summary, currentReleaseId: first.body.release.id as never };
  const newer = { ...tool, version: "2.0.0" };
  const second = await start(fleet, w, { assignments: [], packages: [newer], keepOthers: true });
  expect(second.body.release.packages.map(({ name, version }) => [name, version])).toEqual([
    ["tool", "2.0.0"],
    ["other", "1.2.0"],
  ]);
});

it("lets only an admin override a freeze at the start", async () => {
  const w = await world();
  const token = await keyOf(w, "operator");
  const body = { assignments: [{ config: await configOf(w) }], overrideFreeze: { reason: "urgent" } };
  for (const query of ["", "?dryRun=true"]) {
    const answer = await start(fakeFleet(), w, body, query, token);
    expect([answer.status, answer.body.detail]).toEqual([
      403,
      expect.stringContaining("allows rollout.override_freeze here"),
    ]);
  }
});

it("refuses while one is active, unless told what to do with it", async () => {
  const w = await world();
  const fleet = fakeFleet();
  fleet.summary = { ...fleet.summary, activeRolloutId: "rol_01JD0000000000000000000000" };
  const assignments = [{ config: await configOf(w) }];
  const refused = await start(fleet, w, { assignments });
  expect([refused.status, refused.body.code, refused.body.errors[0]?.path]).toEqual([
    409,
    "rollout_active",
    "onActive",
  ]);
  for (const onActive of ["queue", "supersede"]) {
    expect((await start(fleet, w, { assignments, onActive })).status).toBe(201);
    expect(fleet.orders.at(-1)?.onActive).toBe(onActive);
  }
});

it("refuses a plan whose agents or terms have changed since its token", async () => {
  const w = await world();
  const fleet = fakeFleet();
  const assignments = [{ config: await configOf(w) }];
  const strategy = { kind: "rolling", batch: 1, pauseSeconds: 60 };
  fleet.plan = { startsAt: "2027-01-01T00:00:00.000Z" };
  const dry = await start(fleet, w, { assignments, strategy }, "?dryRun=true");
  expect(dry.body.startsAt).toBe("2027-01-01T00:00:00.000Z");
  const { planToken } = dry.body;

  for (const terms of [
    { strategy: { ...strategy, pauseSeconds: 0 } },
    { strategy, gates: { soakSeconds: 1 } },
    { strategy, schedule: { startAt: "2027-01-01T00:00:00.000Z" } },
    { strategy, autoRevert: false },
    { strategy, onActive: "queue" },
    { strategy, overrideFreeze: { reason: "urgent" } },
  ]) {
    const stale = await start(fleet, w, { assignments, planToken, ...terms });
    expect([stale.status, stale.body.code]).toEqual([409, "plan_outdated"]);
    expect(stale.body.detail).toContain("terms are not those");
  }
  const taken = await start(fleet, w, { assignments, planToken, strategy, message: "other words" });
  expect(taken.status).toBe(201);
  expect(fleet.orders.at(-1)?.planToken).toBe("plan-1");

  fleet.plan = { planToken: "plan-2" };
  const moved = await start(fleet, w, { assignments, planToken, strategy });
  expect([moved.status, moved.body.code]).toEqual([409, "plan_outdated"]);
  expect(moved.body.detail).toContain("The release or the fleet has changed");
});

it("takes a rollout back by a new one, over the same way as a start", async () => {
  const w = await world();
  const fleet = fakeFleet();
  const first = await start(fleet, w, { assignments: [{ config: await configOf(w) }] });
  const path = `/v1/rollouts/${first.body.rollout.id}/revert`;
  const dry = await fleet.call<RolloutPreview>("POST", `${path}?dryRun=true`, { token: w.token, body: {} });
  expect([dry.status, dry.body.assignments]).toEqual([200, []]);
  const reverted = await fleet.call<StartedRollout>("POST", path, {
    token: w.token,
    body: { strategy: { kind: "rolling", batch: 1 } },
    headers: { "idempotency-key": "once" },
  });
  expect(reverted.status).toBe(201);
  expect(fleet.orders.at(-1)).toMatchObject({
    revertOf: first.body.rollout.id,
    release: { id: first.body.release.id },
    strategy: { kind: "rolling", batch: 1 },
  });
  const { receipt, rollout } = reverted.body;
  expect(receipt).toMatchObject({
    kind: "rollout.revert",
    ids: { rollout: rollout.id, reverted: first.body.rollout.id },
    undo: { command: `muster rollouts abort ${rollout.id}` },
  });
  expect(rollout.revertOf).toBe(first.body.rollout.id);
  const again = await fleet.call<StartedRollout>("POST", path, {
    token: w.token,
    body: { strategy: { kind: "rolling", batch: 1 } },
    headers: { "idempotency-key": "once" },
  });
  expect(again.body.rollout.id).toBe(rollout.id);
});

it("reads rollouts that an older version wrote", async () => {
  await prepareStore();
  const w = await world();
  const fleet = fakeFleet();
  const { body } = await start(fleet, w, { assignments: [{ config: await configOf(w) }] });
  const { db } = fleet.platform;
  const old = {
    counts: JSON.stringify({ waiting: 0, verified: 3 }),
    strategy: JSON.stringify({ kind: "rolling", batch: 1, pauseSeconds: 0 }),
    gates: JSON.stringify({ soakSeconds: 5, maxFailures: 0 }),
  };
  await db.batch([
    {
      sql: "update rollouts set counts = ?, strategy = ?, gates = ?, schedule = null, state = 'succeeded' where id = ?",
      params: [old.counts, old.strategy, old.gates, body.rollout.id],
    },
  ]);
  const page = await fleet.call<{ items: Rollout[] }>(
    "GET",
    `/v1/fleets/${w.fleet}/rollouts?state=succeeded`,
    { token: w.token },
  );
  expect(page.body.items[0]).toMatchObject({
    counts: { verified: 3, staging: 0, staged: 0 },
    strategy: { kind: "rolling", maxUnavailable: null, rate: null },
    gates: { soakSeconds: 5, minReported: 1, webhooks: [], approval: false },
    schedule: { startAt: null, windows: [] },
    approval: null,
    revertOf: null,
  });
});
