import { evictDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { fleetStub } from "../../../durable-objects/stubs.ts";

it("serves both deployables in one runtime", async () => {
  const answer = await (exports as any).default.fetch("http://muster.test/v1/health");
  expect(answer.status).toBe(200);
  const fleetId = "flt_01JD0000000000000000000000" as const;
  const scope = { organizationId: "org_01JD0000000000000000000000", fleetId } as const;
  const stub = fleetStub((env as any).FLEET, fleetId);
  await stub.configure(scope, { opampEndpoint: "ws://muster.test/v1/opamp" });
  expect(await stub.summary(scope)).toMatchObject({ ok: true, value: { counts: { total: 0 } } });
  await evictDurableObject(stub as any);
  expect(await stub.summary(scope)).toMatchObject({ ok: true });
  const stranger = { ...scope, organizationId: "org_01JD0000000000000000000001" } as const;
  expect(await stub.summary(stranger)).toMatchObject({ ok: false, refusal: { code: "not_found" } });
});
