import { expect, it } from "vitest";
import { done, refused } from "../../domain/errors.ts";
import type { Rollout, RolloutApprovals, RolloutExplanation } from "../../protocol/api/rollouts.ts";
import type { Receipt } from "../../protocol/api/shared.ts";
import { type FakeFleet, fakeFleet } from "../harness/worker/fake-fleet.ts";
import { expectCall, type World, world } from "../harness/world.ts";

interface ActedOn {
  receipt: Receipt;
  rollout: Rollout;
  code: string;
  detail: string;
}

async function startOne(fleet: FakeFleet, w: World): Promise<string> {
  const config = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name: "c", kind: "file", content: "hello\n" },
  });
  const started = await fleet.call<ActedOn>("POST", `/v1/fleets/${w.fleet}/rollouts`, {
    token: w.token,
    body: { assignments: [{ config: config.id }] },
  });
  expect(started.status, started.body.detail).toBe(201);
  return started.body.rollout.id;
}

async function protect(w: World): Promise<void> {
  await expectCall(200, "PATCH", `/v1/environments/${w.environment}`, {
    token: w.token,
    body: { protected: true },
  });
}

async function audited(w: World): Promise<[string, string][]> {
  const { items } = await expectCall<{ items: { action: string; summary: string }[] }>(
    200,
    "GET",
    `/v1/orgs/${w.organization}/audit-events`,
    { token: w.token },
  );
  return items.map(({ action, summary }) => [action, summary]);
}

it("hands an approval to the fleet with the person, and tells how to take it back", async () => {
  const w = await world();
  const fleet = fakeFleet();
  const rollout = await startOne(fleet, w);
  fleet.rollout = { state: "running", reason: null };
  const body = { verdict: "approve", comment: "looks good" };
  const answer = await fleet.call<ActedOn>("POST", `/v1/rollouts/${rollout}/approvals`, {
    token: w.token,
    body,
  });
  expect(answer.status).toBe(200);
  const asked = fleet.calls.find(({ method }) => method === "approveRollout");
  expect(asked?.args[2]).toEqual({
    ...body,
    actor: expect.stringMatching(/^usr_/),
    person: expect.stringMatching(/^usr_/),
    name: w.email,
  });
  expect(answer.body.receipt).toMatchObject({
    kind: "rollout.approve",
    undo: { command: `muster rollouts abort ${rollout}` },
  });
  expect((await audited(w))[0]).toEqual(["rollout.approve", expect.stringContaining("looks good")]);
});

it("passes the fleet's refusal of an author on, and writes no audit row for it", async () => {
  const w = await world();
  const fleet = fakeFleet({
    approveRollout: () =>
      refused({ code: "forbidden", detail: "You are its author. Another person must approve it." }),
  });
  const rollout = await startOne(fleet, w);
  const answer = await fleet.call<ActedOn>("POST", `/v1/rollouts/${rollout}/approvals`, {
    token: w.token,
    body: { verdict: "approve" },
  });
  expect([answer.status, answer.body.code]).toEqual([403, "forbidden"]);
  expect((await audited(w)).map(([action]) => action)).not.toContain("rollout.approve");
});

it("never lets an API key approve", async () => {
  const w = await world();
  const fleet = fakeFleet();
  const rollout = await startOne(fleet, w);
  const answer = await fleet.call<ActedOn>("POST", `/v1/rollouts/${rollout}/approvals`, {
    token: w.apiKey,
    body: { verdict: "approve" },
  });
  expect([answer.status, answer.body.detail]).toEqual([403, expect.stringContaining("API key")]);
  expect(fleet.calls.map(({ method }) => method)).not.toContain("approveRollout");
});

it("says who may approve, and why the asker may not", async () => {
  const w = await world();
  await protect(w);
  const fleet = fakeFleet();
  fleet.rollout = { state: "awaiting_approval" };
  const rollout = await startOne(fleet, w);
  const list = async (token: string) =>
    (await fleet.call<RolloutApprovals>("GET", `/v1/rollouts/${rollout}/approvals`, { token })).body;
  fleet.rollout = {
    state: "awaiting_approval",
    approval: { required: true, by: null, verdict: null, comment: null, at: null },
  };
  expect(await list(w.token)).toMatchObject({
    required: true,
    protected: true,
    items: [],
    you: { may: false, why: expect.stringContaining("another person") },
  });
  expect((await list(w.apiKey)).you).toEqual({ may: false, why: expect.stringContaining("API key") });
  fleet.rollout = {
    state: "running",
    approval: { required: true, by: "Bo", verdict: "approve", comment: null, at: "2026-11-21T09:00:00.000Z" },
  };
  expect(await list(w.token)).toMatchObject({
    items: [{ verdict: "approve", by: "Bo" }],
    you: { may: false, why: expect.stringContaining("waits for no approval") },
  });
});

it("overrides a freeze with a reason, and audits it", async () => {
  const w = await world();
  const fleet = fakeFleet();
  const rollout = await startOne(fleet, w);
  const answer = await fleet.call<ActedOn>("POST", `/v1/rollouts/${rollout}/override-freeze`, {
    token: w.token,
    body: { reason: "a leak" },
  });
  expect(answer.body.receipt).toMatchObject({
    kind: "rollout.override_freeze",
    undo: { command: `muster rollouts pause ${rollout}` },
  });
  expect(fleet.calls.at(-1)?.args[2]).toMatchObject({ reason: "a leak", name: w.email });
  expect((await audited(w))[0]).toEqual(["rollout.override_freeze", expect.stringContaining("a leak")]);
});

it("tells the fleet the name of who aborts", async () => {
  const w = await world();
  const fleet = fakeFleet();
  const rollout = await startOne(fleet, w);
  await fleet.call("POST", `/v1/rollouts/${rollout}/abort`, { token: w.token });
  const abort = fleet.calls.find(({ method }) => method === "abortRollout");
  expect(abort?.args.slice(1)).toEqual([rollout, expect.stringMatching(/^usr_/), w.email]);
});

it("explains an order that the fleet has not taken, and says of the rest that it is on its way", async () => {
  const w = await world();
  const fleet = fakeFleet({
    startRollout: () => {
      throw new Error("Network connection lost.");
    },
    explainRollout: () => refused({ code: "not_found", detail: "There is no such rollout." }),
    exportRollout: () => refused({ code: "not_found", detail: "There is no such rollout." }),
  });
  const rollout = await startOne(fleet, w);
  const explained = await fleet.call<RolloutExplanation>("GET", `/v1/rollouts/${rollout}/explain`, {
    token: w.token,
  });
  expect(explained.body).toMatchObject({
    state: "scheduled",
    waits: [
      { on: expect.stringContaining("the fleet"), action: { command: `muster rollouts abort ${rollout}` } },
    ],
  });
  const exported = await fleet.call<ActedOn>("GET", `/v1/rollouts/${rollout}/export`, { token: w.token });
  expect([exported.status, exported.headers.get("retry-after")]).toEqual([503, "60"]);
  const revert = await fleet.call<ActedOn>("POST", `/v1/rollouts/${rollout}/revert`, { token: w.token });
  expect([revert.status, revert.body.code]).toEqual([409, "conflict"]);
});

it("exports and explains as the fleet tells", async () => {
  const w = await world();
  const document = { log: [[1, { kind: "start" }]] };
  let id = "";
  const fleet = fakeFleet({
    exportRollout: () => done({ format: "muster.rollout/1", rolloutId: id, document }),
    explainRollout: () =>
      done({
        rolloutId: id,
        state: "paused",
        summary: "It waits.",
        waits: [],
        why: [{ at: null, text: "x" }],
      }),
  });
  id = await startOne(fleet, w);
  const exported = await fleet.call("GET", `/v1/rollouts/${id}/export`, { token: w.token });
  expect(exported.body).toEqual({ format: "muster.rollout/1", rolloutId: id, document });
  const explained = await fleet.call("GET", `/v1/rollouts/${id}/explain`, { token: w.token });
  expect(explained.body).toMatchObject({ state: "paused", summary: "It waits." });
});
