/** Two hosts with one identity are noticed, and an agent leaves for good from either side. */
import { exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { AgentAction, AgentDetail, AgentExplanation } from "../../protocol/api/agents.ts";
import type { EventsPage } from "../../protocol/api/events.ts";
import { musterAgentCapability } from "../../protocol/custom/agent.ts";
import { FakeAgent } from "../harness/fake-agent.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { expectCall, type World, world } from "../harness/world.ts";

const detail = (w: World, id: string) =>
  expectCall<AgentDetail>(200, "GET", `/v1/agents/${id}`, { token: w.token });
const eventsOf = async (w: World, type: string) =>
  (
    await expectCall<EventsPage>(200, "GET", `/v1/fleets/${w.fleet}/events?limit=200`, { token: w.token })
  ).items.filter((event) => event.type === type);

const onHost = (host: string, uid?: string) => ({
  own: true,
  nonIdentifying: { "host.id": host },
  ...(uid && { uid }),
});

async function token(w: World): Promise<string> {
  const path = `/v1/fleets/${w.fleet}/enrollment-tokens`;
  return (
    await expectCall<{ secret: string }>(201, "POST", path, { token: w.token, body: { maxUses: null } })
  ).secret;
}

async function dial(secret: string, options: ConstructorParameters<typeof FakeAgent>[0] | object) {
  const worker = (exports as unknown as { default: Fetcher }).default;
  const { webSocket } = await worker.fetch("http://muster.test/v1/opamp", {
    headers: { upgrade: "websocket", authorization: `Bearer ${secret}` },
  });
  if (!webSocket) throw new Error("no socket");
  webSocket.binaryType = "arraybuffer";
  webSocket.accept();
  const fake = new FakeAgent({ ...options, send: (frame) => webSocket.send(frame) });
  webSocket.addEventListener("message", ({ data }) => {
    if (typeof data !== "string") fake.receive(new Uint8Array(data as ArrayBuffer));
  });
  fake.hello();
  return fake;
}

it("tells of a second host with the identity of one that is here, and gives it another", async () => {
  const w = await world();
  const secret = await token(w);
  const first = await dial(secret, onHost("host-a"));
  await until(
    () => eventsOf(w, "agent.connected"),
    (events) => events.length === 1,
  );
  const copy = await dial(secret, onHost("host-b", first.uid));
  await until(() => copy.received.some(({ agentIdentification }) => agentIdentification), Boolean);
  const [told] = await eventsOf(w, "agent.clone_detected");
  expect(told?.summary).toContain("Two hosts have the identity of");
  const same = await dial(secret, onHost("host-a", first.uid));
  await until(() => same.received.some(({ agentIdentification }) => agentIdentification), Boolean);
  expect(await eventsOf(w, "agent.clone_detected")).toHaveLength(1);
  expect(await eventsOf(w, "agent.duplicate_uid")).toHaveLength(1);
});

it("lets an agent go for good by the API: told, revoked, and kept with the reason", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["web-1"], { own: true });
  if (!agent) throw new Error("no agent");
  const path = `/v1/agents/${agent.id}/decommission`;
  const done = await expectCall<AgentAction>(200, "POST", path, {
    token: w.token,
    body: { reason: "machine sold", keepRunning: false },
  });
  expect(done.status).toBe("revoked");
  const order = await until(
    () => agent.fake.received.find(({ customMessage }) => customMessage?.type === "decommission"),
    Boolean,
  );
  expect(JSON.parse(new TextDecoder().decode(order?.customMessage?.data))).toEqual({
    reason: "machine sold",
    keepRunning: false,
  });
  const { decommissioned } = await detail(w, agent.id);
  expect(decommissioned).toEqual({
    reason: "machine sold",
    by: expect.any(String),
    at: expect.stringMatching(/Z$/),
  });
  const told = await expectCall<AgentExplanation>(200, "GET", `/v1/agents/${agent.id}/explain`, {
    token: w.token,
  });
  expect(told.summary).toMatch(/^web-1 was decommissioned\. /);
  const textOf = (topic: string) => told.reasons.find((reason) => reason.topic === topic)?.text;
  expect(textOf("connection")).toContain(`It was decommissioned by ${decommissioned?.by}: machine sold.`);
  expect(textOf("health")).toMatch(/^(When it was last connected|It does not report)/);
  expect(textOf("credential")).toBe("Its credential counts no longer.");
  await expectCall(200, "POST", path, { token: w.token });
  expect((await detail(w, agent.id)).decommissioned?.reason).toBe("machine sold");
  expect(await eventsOf(w, "agent.decommissioned")).toHaveLength(1);
});

it("lets an agent go for good that says so itself", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["web-1"], { own: true });
  agent?.fake.say({
    customMessage: {
      capability: musterAgentCapability,
      type: "decommission",
      data: new TextEncoder().encode(JSON.stringify({ reason: "rack emptied" })),
    },
  });
  const gone = await until(
    () => detail(w, agent?.id ?? ""),
    ({ status }) => status === "revoked",
  );
  expect(gone.decommissioned).toMatchObject({ reason: "rack emptied", by: "the agent itself" });
});
