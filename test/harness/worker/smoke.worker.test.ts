import { evictDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";

it("serves both deployables in one runtime", async () => {
  const answer = await (exports as any).default.fetch("http://muster.test/v1/health");
  expect(answer.status).toBe(200);
  const stub = (env as any).FLEET.getByName("flt_x");
  expect(await stub.ping()).toBe("pong");
  await evictDurableObject(stub);
  expect(await stub.ping()).toBe("pong");
});
