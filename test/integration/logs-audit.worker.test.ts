/** Which reads of kept logs leave an audit event. */
import { expect, it } from "vitest";
import type { KeptLogs } from "../../protocol/api/logs.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { logsCapability, streamsCapability } from "../../protocol/custom/agent.ts";
import { usualCapabilities } from "../harness/fake-agent.ts";
import { auditEvents } from "../harness/worker/audit.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { credentialOf, joinShipping } from "../harness/worker/shipping.ts";
import { call, expectCall, member, world } from "../harness/world.ts";

it("notes each search once, and whatever a cursor of another search or person asks for", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["web-1"], {
    own: true,
    custom: [streamsCapability, logsCapability],
    capabilities: [...usualCapabilities, "AcceptsOpAMPConnectionSettings"],
  });
  if (!agent) throw new Error("no agent enrolled");
  const keep = { token: w.token, body: { enabled: true } };
  await expectCall(200, "PUT", `/v1/fleets/${w.fleet}/log-shipping`, keep);
  const shipping = await joinShipping(await credentialOf(agent.fake));
  const line = (l: string) => ({ t: Date.now(), s: "program", o: null, l });
  await shipping.ship({ batch: 1 }, ["one", "two", "three", "four", "five"].map(line));
  const read = (query: string, token = w.token) =>
    expectCall<KeptLogs>(200, "GET", `/v1/agents/${agent.id}/logs?limit=2${query}`, { token });
  const noted = async () => (await auditEvents(w, "?action=log.read")).length;

  const first = await read("");
  expect(first.items.map(({ text }) => text)).toEqual(["five", "four"]);
  const second = await read(`&cursor=${first.nextCursor}`);
  expect(second.items.map(({ text }) => text)).toEqual(["three", "two"]);
  await read(`&cursor=${second.nextCursor}`);
  expect(await noted()).toBe(1);
  await read(`&q=o&cursor=${first.nextCursor}`);
  expect(await noted()).toBe(2);
  const admin = await member(w, "admin");
  await read(`&cursor=${first.nextCursor}`, admin.token);
  expect(await noted()).toBe(3);
  const forged = await call<Problem>("GET", `/v1/agents/${agent.id}/logs?cursor=9007199254740991.1`, {
    token: w.token,
  });
  expect([forged.status, forged.body.errors[0]?.path]).toEqual([400, "cursor"]);
});
