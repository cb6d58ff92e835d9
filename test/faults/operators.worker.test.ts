/** Two operators write the same thing at the same moment: one wins, the other is told what there is now. */
import { expect, it } from "vitest";
import type { Environment } from "../../protocol/api/projects.ts";
import type { Rollout, RolloutDetail, StartedRollout } from "../../protocol/api/rollouts.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { type Answer, call, expectCall, type World, world } from "../harness/world.ts";

async function config(w: World): Promise<string> {
  const made = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name: "greeting", kind: "file", content: "hello\n" },
  });
  return made.id;
}

const start = (w: World, body: object, headers: Record<string, string> = {}) =>
  call<StartedRollout & Problem>("POST", `/v1/fleets/${w.fleet}/rollouts`, { token: w.token, body, headers });

const statuses = (answers: readonly Answer<unknown>[]) => answers.map(({ status }) => status).sort();

const rolloutsOf = async (w: World) =>
  (await expectCall<{ items: Rollout[] }>(200, "GET", `/v1/fleets/${w.fleet}/rollouts`, { token: w.token }))
    .items;

/** A rollout that stays active until somebody lets it go on. */
const held = (id: string) => ({
  assignments: [{ config: id }],
  strategy: { kind: "canary", steps: [{ agents: 1 }], promotion: "manual" },
  gates: { soakSeconds: 0 },
});

it("starts one of two rollouts, and tells the other operator which one is active", async () => {
  const w = await world();
  await enrol(w, ["a", "b"]);
  const body = held(await config(w));
  const answers = await Promise.all([start(w, body), start(w, body), start(w, body)]);
  expect(statuses(answers)).toEqual([201, 409, 409]);
  const winner = answers.find(({ status }) => status === 201)?.body.rollout;
  for (const { body: refused } of answers.filter(({ status }) => status === 409)) {
    expect(refused.code).toBe("rollout_active");
    expect(refused.detail).toContain(winner?.id);
  }
  const active = (await rolloutsOf(w)).filter(({ endedAt }) => endedAt === null);
  expect(active.map(({ id }) => id)).toEqual([winner?.id]);
});

it("gives the first answer to the same request with the same key, and starts once", async () => {
  const w = await world();
  await enrol(w, ["a"]);
  const body = { assignments: [{ config: await config(w) }], gates: { soakSeconds: 0 } };
  const key = { "idempotency-key": crypto.randomUUID() };
  const first = await start(w, body, key);
  expect(first.status).toBe(201);
  const again = await start(w, body, key);
  expect(again.status).toBe(201);
  expect(again.body).toEqual(first.body);
  expect(await rolloutsOf(w)).toHaveLength(1);
  const other = await start(w, { ...body, message: "other" }, key);
  expect([other.status, other.body.code]).toEqual([409, "idempotency_mismatch"]);
});

it("lets one of two edits of an environment through, and shows the other what it is now", async () => {
  const w = await world();
  const path = `/v1/environments/${w.environment}`;
  const read = await call<Environment>("GET", path, { token: w.token });
  const ifMatch = { "if-match": read.headers.get("etag") ?? "" };
  const edit = (name: string) =>
    call<Environment & Problem>("PATCH", path, { token: w.token, body: { name }, headers: ifMatch });
  const answers = await Promise.all([edit("left"), edit("right")]);
  expect(statuses(answers)).toEqual([200, 409]);
  const now = await expectCall<Environment>(200, "GET", path, { token: w.token });
  expect(now.revision).toBe(read.body.revision + 1);
  const refused = answers.find(({ status }) => status === 409)?.body;
  expect(refused?.errors).toEqual([{ path: "name", message: `is now ${JSON.stringify(now.name)}` }]);
});

it("ends a rollout once when two abort it, and refuses the promotion that came too late", async () => {
  const w = await world();
  await enrol(w, ["a", "b"]);
  const { body: started } = await start(w, held(await config(w)));
  const path = `/v1/rollouts/${started.rollout.id}`;
  const state = () => expectCall<RolloutDetail>(200, "GET", path, { token: w.token });
  await until(state, (rollout) => rollout.state === "paused");
  const answers = await Promise.all(
    [1, 2].map(() => call<Problem>("POST", `${path}/abort`, { token: w.token })),
  );
  expect(statuses(answers)).toEqual([200, 200]);
  const end = await until(state, (rollout) => rollout.endedAt !== null);
  expect(end.state).toBe("rolled_back");
  expect(end.decisions?.filter(({ gate, verdict }) => gate === "person" && verdict === "fail")).toHaveLength(
    1,
  );
  const late = await call<Problem>("POST", `${path}/promote`, { token: w.token });
  expect([late.status, late.body.code]).toEqual([409, "rollout_finished"]);
});
