import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { done } from "../../domain/errors.ts";
import type { Policy } from "../../domain/rollouts/policy.ts";
import type { Environment, EnvironmentChange } from "../../protocol/api/projects.ts";
import { createApp } from "../../workers/app.ts";
import type { Env } from "../../workers/env.ts";
import { runSchedule } from "../../workers/jobs/run-schedule.ts";
import { createPlatform } from "../../workers/platform.ts";
import type { FleetStub, Platform } from "../../workers/services/context.ts";
import { call, expectCall, prepareStore, type World, world } from "../harness/world.ts";

// The bindings that vitest.config.ts gives to this project.
const testEnv = env as unknown as Env;
const night = { days: ["mon", "tue"], from: "22:00", to: "04:00", timeZone: "Europe/Berlin" };
const short = (timestamp: string) => timestamp.replace(":00.000Z", "Z");
const freeze = {
  from: "2026-12-24T00:00:00.000Z",
  until: "2026-12-27T00:00:00.000Z",
  reason: "holidays",
};

const place = (w: World) => `/v1/environments/${w.environment}`;
const read = (w: World) => call<Environment>("GET", place(w), { token: w.token });
const patch = (w: World, body: object, headers: Record<string, string> = {}) =>
  call<EnvironmentChange & { code: string; errors: { path: string; message: string }[] }>("PATCH", place(w), {
    token: w.token,
    body,
    headers,
  });

it("begins open, since who signs up is alone", async () => {
  const w = await world();
  const { body, headers } = await read(w);
  expect(body).toMatchObject({ protected: false, windows: [], freezes: [], revision: 0 });
  expect(headers.get("etag")).toBe('"0"');
});

it("changes as a whole, with a receipt that tells the way back, and an audit row with before and after", async () => {
  const w = await world();
  const changed = await patch(w, { protected: true, windows: [night], freezes: [freeze] });
  expect(changed.status).toBe(200);
  expect(changed.headers.get("etag")).toBe('"1"');
  expect(changed.body).toMatchObject({ protected: true, windows: [night], freezes: [freeze], revision: 1 });
  const { receipt } = changed.body;
  expect(receipt.kind).toBe("environment.update");
  expect(receipt.changes).toEqual([
    { path: "environment.protected", before: false, after: true },
    { path: "environment.windows", before: [], after: [night] },
    { path: "environment.freezes", before: [], after: [freeze] },
  ]);
  expect(receipt.undo?.command).toBe(
    "muster environments update production --unprotected --any-time && muster environments unfreeze production --all",
  );

  const opened = await patch(w, { protected: false, windows: [], freezes: [] });
  expect(opened.body.receipt.undo?.command).toBe(
    `muster environments update production --protected --window 'mon-tue 22:00-04:00 Europe/Berlin' && muster environments freeze production --from ${short(freeze.from)} --until ${short(freeze.until)} --reason holidays`,
  );
  const { items } = await expectCall<{ items: { action: string; changes: object[] }[] }>(
    200,
    "GET",
    `/v1/orgs/${w.organization}/audit-events`,
    { token: w.token },
  );
  const notes = items.filter(({ action }) => action === "environment.update");
  expect(notes).toHaveLength(2);
  expect(notes[0]?.changes).toEqual([
    { path: "environment.protected", before: true, after: false },
    { path: "environment.windows", before: [night], after: [] },
    { path: "environment.freezes", before: [expect.objectContaining({ reason: "holidays" })], after: [] },
  ]);
});

it("offers no way back to a freeze that is over", async () => {
  const w = await world();
  const over = { from: "2024-01-01T00:00:00Z", until: "2024-01-02T00:00:00Z", reason: "past" };
  const added = await patch(w, { freezes: [over] });
  expect(added.body.receipt).toMatchObject({ changes: [{ path: "environment.freezes" }], undo: null });
  const taken = await patch(w, { freezes: [], protected: true });
  expect(taken.body.receipt.undo?.command).toBe("muster environments update production --unprotected");
});

it("changes nothing when nothing is different", async () => {
  const w = await world();
  const same = await patch(w, { protected: false, windows: [] });
  expect(same.body).toMatchObject({ revision: 0, receipt: { changes: [], undo: null } });
});

it("lets one of two win, and tells the other what it is now", async () => {
  const w = await world();
  expect((await patch(w, { windows: [night] }, { "if-match": '"0"' })).status).toBe(200);
  const late = await patch(w, { windows: [], name: "Prod" }, { "if-match": '"0"' });
  expect([late.status, late.body.code]).toEqual([409, "conflict"]);
  expect(late.body.errors.map(({ path }) => path)).toEqual(["name", "windows"]);
  expect(late.body.errors[1]?.message).toContain("Europe/Berlin");

  const both = await Promise.all([patch(w, { name: "One" }), patch(w, { name: "Two" })]);
  const statuses = both.map(({ status }) => status).toSorted();
  const { body } = await read(w);
  expect(body.revision).toBe(1 + statuses.filter((status) => status === 200).length);
  for (const { status } of both) expect([200, 409]).toContain(status);
});

it.each([
  [{ windows: [{ ...night, timeZone: "Mars/Olympus" }] }, "windows[0].timeZone"],
  [{ windows: [{ ...night, from: "24:00" }] }, "windows[0].from"],
  [{ windows: [{ ...night, days: [] }] }, "windows[0].days"],
  [{ freezes: [{ ...freeze, until: freeze.from }] }, "freezes[0].until"],
  [{ protection: true }, "protection"],
])("refuses %j by its field", async (body, path) => {
  const w = await world();
  const answer = await patch(w, body);
  expect([answer.status, answer.body.code]).toEqual([400, "validation_failed"]);
  expect(answer.body.errors[0]?.path).toBe(path);
});

/** A platform whose fleets note each policy that they are told, and take none while `down`. */
function listening(told: { policy: Policy; revision: number }[], state: { down: boolean }): Platform {
  const { platform } = createPlatform(testEnv);
  const stub = {
    setPolicy: async (_scope: unknown, policy: Policy, revision: number) => {
      if (state.down) throw new Error("Network connection lost.");
      told.push({ policy, revision });
      return done(null);
    },
    flushUsage: async () => done(null),
  };
  return {
    ...platform,
    log: { error: () => undefined },
    // Only these two are called here.
    fleet: () => stub as unknown as FleetStub,
  };
}

it("tells each fleet the policy once, and tells it again later when the fleet was away", async () => {
  await prepareStore();
  const w = await world();
  const told: { policy: Policy; revision: number }[] = [];
  const state = { down: true };
  const platform = listening(told, state);
  const execution = createExecutionContext();
  const answer = await createApp({ platform })(
    new Request(`http://muster.test${place(w)}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${w.token}`, "content-type": "application/json" },
      body: JSON.stringify({ freezes: [freeze] }),
    }),
    execution,
  );
  expect(answer.status).toBe(200);
  await waitOnExecutionContext(execution);
  expect(told).toEqual([]);

  state.down = false;
  await runSchedule(platform);
  const mine = () => told.filter(({ policy }) => policy.freezes.some(({ reason }) => reason === "holidays"));
  expect(mine()).toEqual([
    {
      revision: 1,
      policy: {
        protected: false,
        windows: [],
        freezes: [{ fromMs: Date.parse(freeze.from), untilMs: Date.parse(freeze.until), reason: "holidays" }],
      },
    },
  ]);
  await runSchedule(platform);
  expect(mine()).toHaveLength(1);
});

it("takes the protection of an environment, or a freeze in it, away only for a person", async () => {
  const w = await world();
  const path = `/v1/environments/${w.environment}`;
  const change = (token: string, body: object) =>
    call<{ code: string; errors: { path: string }[] }>("PATCH", path, { token, body });
  const freeze = { from: "2031-01-01T00:00:00Z", until: "2031-01-02T00:00:00Z", reason: "new year" };
  expect((await change(w.token, { protected: true })).status).toBe(200);
  expect((await change(w.apiKey, { freezes: [freeze] })).status).toBe(200);
  for (const [body, field] of [
    [{ protected: false }, "protected"],
    [{ freezes: [] }, "freezes"],
  ] as const) {
    const refused = await change(w.apiKey, body);
    expect([refused.status, refused.body.code, refused.body.errors[0]?.path]).toEqual([
      403,
      "forbidden",
      field,
    ]);
    expect((await change(w.token, body)).status).toBe(200);
    expect((await change(w.token, { protected: true, freezes: [freeze] })).status).toBe(200);
  }
});

it("lets no API key take protection or a freeze away, only add to it", async () => {
  const w = await world();
  const byKey = (body: object) => call<{ code: string }>("PATCH", place(w), { token: w.apiKey, body });
  expect((await byKey({ protected: true })).status).toBe(200);
  expect((await byKey({ freezes: [freeze] })).status).toBe(200);
  for (const body of [{ protected: false }, { freezes: [] }, { freezes: [{ ...freeze, reason: "other" }] }]) {
    const refused = await byKey(body);
    expect([refused.status, refused.body.code]).toEqual([403, "forbidden"]);
  }
  expect((await byKey({ name: "Renamed" })).status).toBe(200);
  expect((await patch(w, { protected: false, freezes: [] })).status).toBe(200);
  expect((await byKey({ freezes: [freeze] })).status).toBe(200);
  expect((await byKey({ freezes: [] })).status).toBe(200);
});
