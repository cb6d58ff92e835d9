import { expect, it } from "vitest";
import { type AgentId, type FleetId, fleetTagOf, makeAgentId } from "../../domain/ids.ts";
import type { FleetEvent } from "../../protocol/api/events.ts";
import type { Rollout, RolloutDetail, RolloutPreview, StartedRollout } from "../../protocol/api/rollouts.ts";
import type { InvoicePreview, Usage } from "../../protocol/api/usage.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { call, expectCall, type World, world } from "../harness/world.ts";

const gates = { soakSeconds: 0 };

async function config(w: World, content = "hello\n", kind = "file"): Promise<string> {
  const made = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name: `c-${crypto.randomUUID().slice(0, 8)}`, kind, content },
  });
  return made.id;
}

const start = (w: World, body: object, query = "") =>
  call<StartedRollout & { code: string; detail: string; errors: { path: string; message: string }[] }>(
    "POST",
    `/v1/fleets/${w.fleet}/rollouts${query}`,
    { token: w.token, body },
  );

const read = (w: World, rollout: string) =>
  expectCall<RolloutDetail>(200, "GET", `/v1/rollouts/${rollout}`, { token: w.token });

it("plans, rolls out, tells the history and meters it", async () => {
  const w = await world();
  const agents = await enrol(w, ["a", "b", "c"]);
  const body = { assignments: [{ config: await config(w) }], gates, message: "first" };

  const dry = await call<RolloutPreview>("POST", `/v1/fleets/${w.fleet}/rollouts?dryRun=true`, {
    token: w.token,
    body,
  });
  expect(dry.status).toBe(200);
  expect(dry.body).toMatchObject({ total: 3, unchanged: 0 });
  const planned = dry.body.waves.flatMap((wave) => wave.agents.map((agent) => agent.id));
  expect(planned.toSorted()).toEqual(agents.map((agent) => agent.id).toSorted());
  const none = await expectCall(200, "GET", `/v1/fleets/${w.fleet}/rollouts`, { token: w.token });
  expect(none).toEqual({ items: [], nextCursor: null });

  const started = await start(w, { ...body, planToken: dry.body.planToken });
  expect(started.status, started.body.detail).toBe(201);
  const { receipt, rollout, release } = started.body;
  expect(release).toMatchObject({ number: 1, assignments: [{ version: 1, fileName: "config.txt" }] });
  expect(receipt).toMatchObject({
    kind: "rollout.start",
    ids: { rollout: rollout.id, release: release.id },
    undo: { command: `muster rollouts abort ${rollout.id}`, href: `/v1/rollouts/${rollout.id}/abort` },
    cost: { micros: 300, currency: "EUR" },
  });

  const ended = await until(
    () => read(w, rollout.id),
    (one) => one.endedAt !== null,
  );
  expect(ended).toMatchObject({ state: "succeeded", live: true });
  expect(ended.counts.verified).toBe(3);
  const perAgent = await expectCall<{ items: { state: string }[] }>(
    200,
    "GET",
    `/v1/rollouts/${rollout.id}/agents?state=verified&limit=2`,
    { token: w.token },
  );
  expect(perAgent.items).toHaveLength(2);

  const history = await until(
    () =>
      expectCall<{ items: FleetEvent[] }>(200, "GET", `/v1/orgs/${w.organization}/events`, {
        token: w.token,
      }),
    (page) => page.items.some((event) => event.type === "rollout.succeeded"),
  );
  const types = history.items.map((event) => event.type);
  expect(types.filter((type) => type === "rollout.started")).toHaveLength(1);
  expect(types[0]).toBe("rollout.succeeded");
  const oldest = history.items.at(-1)?.id;
  const later = await expectCall<{ items: FleetEvent[] }>(
    200,
    "GET",
    `/v1/orgs/${w.organization}/events?after=${oldest}&fleet=${w.fleet}`,
    { token: w.token },
  );
  expect(later.items.map((event) => event.id)).toEqual(
    history.items
      .map((event) => event.id)
      .toReversed()
      .slice(1),
  );
  const listed = await expectCall<{ items: Rollout[] }>(200, "GET", `/v1/fleets/${w.fleet}/rollouts`, {
    token: w.token,
  });
  expect(listed.items).toEqual([expect.objectContaining({ id: rollout.id, state: "succeeded" })]);
  const fleet = await expectCall(200, "GET", `/v1/fleets/${w.fleet}`, { token: w.token });
  expect(fleet).toMatchObject({ currentReleaseId: release.id, activeRolloutId: null, counts: { online: 3 } });

  const usage = await expectCall<Usage>(200, "GET", `/v1/orgs/${w.organization}/usage`, { token: w.token });
  expect(usage.meters.find((one) => one.meter === "config_deliveries")?.quantity).toBe(3);
  const invoice = await expectCall<InvoicePreview>(
    200,
    "GET",
    `/v1/orgs/${w.organization}/invoices/preview`,
    { token: w.token },
  );
  expect(invoice.lines.find((line) => line.meter === "config_deliveries")).toMatchObject({ quantity: 3 });
});

it("finds an agent by its id alone, explains it, and never in another tenant's fleets", async () => {
  const w = await world();
  const other = await world();
  const [agent] = await enrol(w, ["finder"]);
  const path = `/v1/agents/${agent?.id}`;
  const id = agent?.id as AgentId;
  expect(fleetTagOf(id)).toBe(w.fleet.slice(-8));
  expect(await expectCall(200, "GET", path, { token: w.apiKey })).toMatchObject({
    name: "finder",
    fleetId: w.fleet,
  });
  expect(await expectCall(200, "GET", `${path}/explain`, { token: w.token })).toMatchObject({
    agentId: agent?.id,
  });
  const nobody = makeAgentId(w.fleet as FleetId, Date.now(), new Uint8Array(5));
  const told = async (wanted: AgentId, token: string) => {
    const { detail, code, title } = await expectCall(404, "GET", `/v1/agents/${wanted}`, { token });
    return { detail: String(detail).replace(wanted, "…"), code, title };
  };
  const missing = await told(nobody, w.token);
  expect(await told(id, other.token)).toEqual(missing);
  expect(await told(nobody, other.token)).toEqual(missing);
  const revoked = await expectCall(200, "POST", `${path}/revoke`, { token: w.token });
  expect(revoked).toMatchObject({ status: "revoked", receipt: { kind: "agent.revoke" } });
});

it("refuses a config with errors, by its place, and writes nothing", async () => {
  const w = await world();
  await enrol(w, ["a"]);
  const good = await config(w);
  const bad = await config(w, "one\ntwo\nth\u0000ree\n");
  const refused = await start(w, { assignments: [{ config: good }, { config: bad, fileName: "b.txt" }] });
  expect(refused.status).toBe(422);
  expect(refused.body.code).toBe("config_invalid");
  expect(refused.body.errors[0]?.path).toMatch(/^assignments\[1\]\.content:3:\d+$/);
  const releases = await expectCall(200, "GET", `/v1/fleets/${w.fleet}/releases`, { token: w.token });
  expect(releases).toMatchObject({ items: [] });
});

it("names every fault of the assignments at once", async () => {
  const w = await world();
  const other = await world();
  const refused = await start(w, {
    assignments: [
      { config: await config(w), version: 7, selector: "role=" },
      { config: await config(other) },
    ],
  });
  expect(refused.status).toBe(400);
  expect(refused.body.errors.map((one) => one.path).toSorted()).toEqual([
    "assignments[0].selector",
    "assignments[0].version",
    "assignments[1].config",
  ]);
});

it("lets one rollout run at a time, pauses, resumes and aborts it", async () => {
  const w = await world();
  // Answers nothing, so that the rollout waits for it.
  await enrol(w, ["silent"], { onConfig: () => undefined });
  const body = { assignments: [{ config: await config(w) }], gates };
  const first = await start(w, body);
  expect(first.status).toBe(201);
  const id = first.body.rollout.id;
  const second = await start(w, body);
  expect(second.status).toBe(409);
  expect(second.body).toMatchObject({ code: "rollout_active" });
  expect(second.body.detail).toContain(id);

  const act = (verb: string) =>
    call<StartedRollout>("POST", `/v1/rollouts/${id}/${verb}`, { token: w.token });
  expect((await act("pause")).body).toMatchObject({
    rollout: { state: "paused" },
    receipt: { undo: { href: `/v1/rollouts/${id}/resume` } },
  });
  expect((await act("resume")).body).toMatchObject({ rollout: { state: "running" } });
  expect((await act("abort")).status).toBe(200);
  await until(
    () => read(w, id),
    (one) => one.endedAt !== null || one.state === "rolling_back",
  );
});

it("refuses a plan that no longer fits, and writes nothing", async () => {
  const w = await world();
  await enrol(w, ["a"]);
  const body = { assignments: [{ config: await config(w) }], gates };
  const dry = await call<RolloutPreview>("POST", `/v1/fleets/${w.fleet}/rollouts?dryRun=true`, {
    token: w.token,
    body,
  });
  await enrol(w, ["b"]);
  const outdated = await start(w, { ...body, planToken: dry.body.planToken });
  expect([outdated.status, outdated.body.code]).toEqual([409, "plan_outdated"]);
  const none = await expectCall(200, "GET", `/v1/fleets/${w.fleet}/rollouts`, { token: w.token });
  expect(none).toEqual({ items: [], nextCursor: null });
  const again = await call<RolloutPreview>("POST", `/v1/fleets/${w.fleet}/rollouts?dryRun=true`, {
    token: w.token,
    body,
  });
  expect((await start(w, { ...body, planToken: again.body.planToken })).status).toBe(201);
});

it("rolls out a release that exists, and no other fleet's", async () => {
  const w = await world();
  await enrol(w, ["a"]);
  const release = await expectCall<{ id: string; number: number }>(
    201,
    "POST",
    `/v1/fleets/${w.fleet}/releases`,
    { token: w.token, body: { assignments: [{ config: await config(w) }] } },
  );
  expect(await expectCall(200, "GET", `/v1/releases/${release.id}`, { token: w.token })).toMatchObject(
    release,
  );
  const fleet = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/fleets`, {
    token: w.token,
    body: { name: "Second" },
  });
  const elsewhere = await call("POST", `/v1/fleets/${fleet.id}/rollouts`, {
    token: w.token,
    body: { release: release.id },
  });
  expect(elsewhere.status).toBe(404);
  const started = await start(w, { release: release.id, gates });
  expect(started.status, started.body.detail).toBe(201);
  expect(started.body.rollout).toMatchObject({ releaseId: release.id, releaseNumber: 1 });
});
