import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { insertMembership } from "../../db/queries/organizations.ts";
import { write } from "../../db/write.ts";
import type { OrganizationId, UserId } from "../../domain/ids.ts";
import type { FleetDetail } from "../../protocol/api/fleets.ts";
import type {
  Rollout,
  RolloutDetail,
  RolloutExplanation,
  RolloutExport,
  RolloutPreview,
  StartedRollout,
} from "../../protocol/api/rollouts.ts";
import type { Env } from "../../workers/env.ts";
import { createPlatform } from "../../workers/platform.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { call, expectCall, type World, world } from "../harness/world.ts";

type Refused = { code: string; detail: string };

async function configOf(w: World): Promise<string> {
  const made = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name: `c-${crypto.randomUUID().slice(0, 8)}`, kind: "file", content: "one\n" },
  });
  return made.id;
}

const start = (w: World, body: object) =>
  expectCall<StartedRollout>(201, "POST", `/v1/fleets/${w.fleet}/rollouts`, {
    token: w.token,
    body: { gates: { soakSeconds: 0 }, ...body },
  });

const inState = (w: World, id: string, state: Rollout["state"]) =>
  until(
    () => expectCall<RolloutDetail>(200, "GET", `/v1/rollouts/${id}`, { token: w.token }),
    (one) => one.state === state,
  );

/** Another person, with a role in the organization of `w`; answers their access token. */
async function colleague(w: World): Promise<string> {
  const other = await world();
  const { platform } = createPlatform(env as unknown as Env);
  const claims = await platform.accessTokens.verify(other.token);
  await write(platform.db, [
    insertMembership(platform.db, w.organization as OrganizationId, {
      id: platform.ids.make("membership"),
      userId: claims?.userId as UserId,
      role: "operator",
      createdAt: Date.now(),
    }),
  ]);
  return other.token;
}

it("waits for another person in a protected environment, whoever's key asked", async () => {
  const w = await world();
  await enrol(w, ["a"]);
  await expectCall(200, "PATCH", `/v1/environments/${w.environment}`, {
    token: w.token,
    body: { protected: true },
  });
  const { receipt, rollout } = await expectCall<StartedRollout>(
    201,
    "POST",
    `/v1/fleets/${w.fleet}/rollouts`,
    {
      token: w.apiKey,
      body: { assignments: [{ config: await configOf(w) }], gates: { soakSeconds: 0 } },
    },
  );
  expect(receipt.summary).toMatch(
    /^The rollout of release 1 in fleet .+ has not started\. A person must approve it\. As the fleet is now, it changes 1 of 1 agent, in 1 wave; the plan is made anew when it starts\.$/,
  );
  expect(rollout).toMatchObject({ state: "awaiting_approval", approval: { required: true, verdict: null } });
  const approve = (token: string) =>
    call<Refused & { rollout: Rollout }>("POST", `/v1/rollouts/${rollout.id}/approvals`, {
      token,
      body: { verdict: "approve", comment: "go" },
    });
  const own = await approve(w.token);
  expect([own.status, own.body.code]).toEqual([403, "forbidden"]);
  const theirs = await approve(await colleague(w));
  expect(theirs.status, theirs.body.detail).toBe(200);
  const ended = await inState(w, rollout.id, "succeeded");
  expect(ended.approval).toMatchObject({ verdict: "approve", comment: "go" });
});

it("takes a finished rollout back, and then that, and tells the current release each time", async () => {
  const w = await world();
  await enrol(w, ["a", "b"]);
  const config = await configOf(w);
  const first = await start(w, { assignments: [{ config }] });
  await inState(w, first.rollout.id, "succeeded");
  await expectCall(201, "POST", `/v1/configs/${config}/versions`, {
    token: w.token,
    body: { content: "two\n" },
  });
  const second = await start(w, { assignments: [{ config }] });
  await inState(w, second.rollout.id, "succeeded");

  const current = (id: string) =>
    until(
      async () => {
        const { items } = await expectCall<{ items: FleetDetail[] }>(
          200,
          "GET",
          `/v1/projects/${w.project}/fleets`,
          { token: w.token },
        );
        return items[0]?.currentReleaseId;
      },
      (now) => now === id,
    );
  await current(second.release.id);
  const revert = async (id: string) => {
    const path = `/v1/rollouts/${id}/revert`;
    const body = { gates: { soakSeconds: 0 } };
    const plan = await expectCall<RolloutPreview>(200, "POST", `${path}?dryRun=true`, {
      token: w.token,
      body,
    });
    expect(plan.total).toBe(2);
    const { rollout } = await expectCall<StartedRollout>(201, "POST", path, {
      token: w.token,
      body: { ...body, planToken: plan.planToken },
    });
    expect(rollout.revertOf).toBe(id);
    return inState(w, rollout.id, "succeeded");
  };
  const back = await revert(second.rollout.id);
  expect(back.counts.verified).toBe(2);
  await current(first.release.id);
  await revert(back.id);
  await current(second.release.id);
});

it("is held by a freeze until an admin overrides it, and tells why", async () => {
  const w = await world();
  await enrol(w, ["a"]);
  const freeze = {
    from: new Date(Date.now() - 60_000).toISOString(),
    until: new Date(Date.now() + 3_600_000).toISOString(),
    reason: "sales day",
  };
  await expectCall(200, "PATCH", `/v1/environments/${w.environment}`, {
    token: w.token,
    body: { freezes: [freeze] },
  });
  const { rollout, receipt } = await start(w, { assignments: [{ config: await configOf(w) }] });
  expect(rollout.state).toBe("scheduled");
  expect(receipt.summary).toContain("sales day");
  const explained = await expectCall<RolloutExplanation>(200, "GET", `/v1/rollouts/${rollout.id}/explain`, {
    token: w.token,
  });
  expect(JSON.stringify(explained)).toContain("sales day");
  await expectCall(200, "POST", `/v1/rollouts/${rollout.id}/override-freeze`, {
    token: w.token,
    body: { reason: "a leak" },
  });
  const ended = await inState(w, rollout.id, "succeeded");
  expect(ended.freezeOverride).toMatchObject({ reason: "a leak" });
  const exported = await expectCall<RolloutExport>(200, "GET", `/v1/rollouts/${rollout.id}/export`, {
    token: w.token,
  });
  expect(exported).toMatchObject({ format: "muster.rollout/1", rolloutId: rollout.id });
});

it("queues behind the active one, and supersedes it", async () => {
  const w = await world();
  await enrol(w, ["a"], { onConfig: () => undefined });
  const config = await configOf(w);
  const running = await start(w, { assignments: [{ config }] });
  const queued = await start(w, { assignments: [{ config }], onActive: "queue" });
  expect(queued.rollout.state).toBe("scheduled");
  const waiting = await expectCall<{ items: Rollout[] }>(
    200,
    "GET",
    `/v1/fleets/${w.fleet}/rollouts?state=scheduled`,
    { token: w.token },
  );
  expect(waiting.items.map(({ id }) => id)).toEqual([queued.rollout.id]);
  await expectCall(200, "POST", `/v1/rollouts/${queued.rollout.id}/abort`, { token: w.token });
  await inState(w, queued.rollout.id, "cancelled");

  const next = await start(w, { assignments: [{ config }], onActive: "supersede" });
  const superseded = await inState(w, running.rollout.id, "cancelled");
  expect(superseded.reason).toContain(next.rollout.id);
});

it("forgets a deleted agent", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["gone"]);
  const path = `/v1/agents/${agent?.id}`;
  const { receipt } = await expectCall<{ receipt: { kind: string; summary: string } }>(200, "DELETE", path, {
    token: w.token,
    headers: { "idempotency-key": "delete-once" },
  });
  expect(receipt).toMatchObject({ kind: "agent.delete", summary: expect.stringContaining("gone") });
  expect((await call("GET", path, { token: w.token })).status).toBe(404);
  const again = await call<{ receipt: unknown }>("DELETE", path, {
    token: w.token,
    headers: { "idempotency-key": "delete-once" },
  });
  expect([again.status, again.body.receipt]).toEqual([200, receipt]);
});
