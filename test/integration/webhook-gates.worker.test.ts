import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { Webhook } from "standardwebhooks";
import { expect, it } from "vitest";
import { done, refused } from "../../domain/errors.ts";
import type { FleetId, OrganizationId, RolloutId } from "../../domain/ids.ts";
import type { RotatedWebhookKey, WebhookKey } from "../../protocol/api/webhook-keys.ts";
import { type ConfirmationRequest, confirmationQueue } from "../../protocol/rpc/confirmations.ts";
import type { ConfirmationAnswer } from "../../protocol/rpc/fleet.ts";
import { askConfirmations } from "../../workers/jobs/ask-confirmations.ts";
import type { Platform } from "../../workers/services/context.ts";
import { type FakeFleet, fakeFleet } from "../harness/worker/fake-fleet.ts";
import { newId } from "../harness/worker/fleet-world.ts";
import { expectCall, type World, world } from "../harness/world.ts";

const keyPath = (w: World) => `/v1/orgs/${w.organization}/webhook-key`;
const readKey = (w: World) => expectCall<WebhookKey>(200, "GET", keyPath(w), { token: w.token });

function request(w: World, part: Partial<ConfirmationRequest> = {}): ConfirmationRequest {
  return {
    scope: { organizationId: w.organization as OrganizationId, fleetId: w.fleet as FleetId },
    rolloutId: newId("rollout") as RolloutId,
    id: "wave-1-0",
    attempt: 1,
    url: "https://gate.test/confirm",
    phase: "wave",
    wave: 2,
    releaseNumber: 7,
    sentAtMs: Date.now(),
    ...part,
  };
}

interface Call {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** The platform, later by so much, whose targets note each call and answer by `answer`. */
function reaching(fleet: FakeFleet, calls: Call[], answer: () => Response, laterMs = 0): Platform {
  return {
    ...fleet.platform,
    clock: { now: () => Date.now() + laterMs },
    outside: {
      dnsUrl: "https://dns.test/",
      allowedHosts: ["gate.test"],
      async fetch(url, init) {
        calls.push({
          url,
          headers: Object.fromEntries(new Headers(init.headers)),
          body: String(init.body),
        });
        return answer();
      },
    },
  };
}

async function consume(platform: Platform, bodies: ConfirmationRequest[]) {
  const batch = createMessageBatch<ConfirmationRequest>(
    confirmationQueue,
    bodies.map((body, i) => ({ id: `m${i}`, timestamp: new Date(), attempts: 1, body })),
  );
  const execution = createExecutionContext();
  await askConfirmations(platform, batch);
  return getQueueResult(batch, execution);
}

const answered = (fleet: FakeFleet) =>
  fleet.calls
    .filter(({ method }) => method === "answerConfirmation")
    .map(({ args }) => args[2] as ConfirmationAnswer);

it("asks once, signed with the organization's key, and tells the fleet the verdict", async () => {
  const w = await world();
  const fleet = fakeFleet({ answerConfirmation: () => done(null) });
  const calls: Call[] = [];
  const one = request(w);
  const result = await consume(
    reaching(fleet, calls, () => Response.json({ verdict: "deny", reason: "red light" })),
    [one],
  );
  expect(result.explicitAcks).toEqual(["m0"]);
  expect(answered(fleet)).toEqual([{ id: "wave-1-0", attempt: 1, verdict: "deny", text: "red light" }]);
  const [call] = calls;
  const { key } = await readKey(w);
  expect(new Webhook(key).verify(call?.body ?? "", call?.headers ?? {})).toEqual({
    type: "rollout.confirmation",
    timestamp: new Date(one.sentAtMs).toISOString(),
    data: {
      ...one.scope,
      rolloutId: one.rolloutId,
      releaseNumber: 7,
      confirmationId: "wave-1-0",
      attempt: 1,
      phase: "wave",
      wave: 2,
    },
  });
  expect(call?.headers["webhook-id"]).toBe(`msg_${one.rolloutId}_wave-1-0_1`);
});

it("delivers again only when the fleet could not be told, and leaves the others of its batch alone", async () => {
  const w = await world();
  const lost = newId("rollout") as RolloutId;
  const gone = newId("rollout") as RolloutId;
  const fleet = fakeFleet({
    answerConfirmation: (_, rollout) => {
      if (rollout === lost) throw new Error("Network connection lost.");
      return rollout === gone ? refused({ code: "not_found", detail: "It is gone." }) : done(null);
    },
  });
  const result = await consume(
    reaching(fleet, [], () => new Response(null, { status: 500 })),
    [request(w), request(w, { rolloutId: lost }), request(w, { rolloutId: gone })],
  );
  expect(result.explicitAcks.toSorted()).toEqual(["m0", "m2"]);
  expect(result.retryMessages.map(({ msgId }) => msgId)).toEqual(["m1"]);
  expect(answered(fleet)[0]).toMatchObject({ verdict: "unanswered", text: "answered 500" });
});

it("signs with both keys for a day after a rotation", async () => {
  const w = await world();
  const before = await readKey(w);
  expect(before).toMatchObject({ version: 1, rotatedAt: null, previous: null });
  const rotated = await expectCall<RotatedWebhookKey>(200, "POST", `${keyPath(w)}/rotate`, {
    token: w.token,
  });
  expect(rotated.receipt).toMatchObject({
    kind: "webhook_key.rotate",
    changes: [{ path: "webhookKey.version", before: 1, after: 2 }],
    next: [{ command: "muster webhook-key get" }],
  });
  expect(rotated.receipt.summary).toMatch(/until \d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z\.$/);
  expect(rotated.receipt.warnings).toHaveLength(1);
  const after = await readKey(w);
  expect(after).toEqual(rotated.webhookKey);
  expect(after).toMatchObject({ version: 2, previous: { version: 1 } });
  expect(after.key).not.toBe(before.key);

  const fleet = fakeFleet({ answerConfirmation: () => done(null) });
  const calls: Call[] = [];
  await consume(
    reaching(fleet, calls, () => new Response(null)),
    [request(w)],
  );
  for (const { key } of [before, after]) {
    expect(() => new Webhook(key).verify(calls[0]?.body ?? "", calls[0]?.headers ?? {})).not.toThrow();
  }
  const dayMs = 24 * 3_600_000;
  await consume(
    reaching(fleet, calls, () => new Response(null), dayMs),
    [request(w)],
  );
  expect(calls[1]?.headers["webhook-signature"]?.split(" ")).toHaveLength(1);

  const again = await expectCall<RotatedWebhookKey>(200, "POST", `${keyPath(w)}/rotate`, { token: w.token });
  expect(again.receipt.warnings).toContainEqual(expect.stringMatching(/^Version 1 signs no longer/));
});

it("gives each organization a key of its own", async () => {
  const [one, other] = await Promise.all([world(), world()]);
  expect((await readKey(one)).key).not.toBe((await readKey(other)).key);
});
