import { evictDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { call } from "../world.ts";
import { fleetWorld, newId, value } from "./fleet-world.ts";

it("serves both deployables in one runtime", async () => {
  expect((await call("GET", "/v1/health")).status).toBe(200);
  const { stub, scope } = await fleetWorld();
  expect(value(await stub.summary(scope)).counts.total).toBe(0);
  await evictDurableObject(stub);
  expect(value(await stub.summary(scope)).counts.total).toBe(0);
});

it("answers another tenant's call as if there were no such fleet", async () => {
  const { stub, scope } = await fleetWorld();
  const stranger = { ...scope, organizationId: newId("organization") };
  const answers = await Promise.all([
    stub.summary(stranger),
    stub.configure(stranger, { opampEndpoint: "ws://x" }),
    stub.listEvents(stranger, { limit: 1 }),
    stub.revokeAgent(stranger, newId("agent"), "usr_x"),
    stub.flushUsage(stranger),
  ]);
  for (const answer of answers) expect(answer).toMatchObject({ ok: false, refusal: { code: "not_found" } });
});
