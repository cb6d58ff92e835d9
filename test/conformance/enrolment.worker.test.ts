import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import type { ServerToAgent } from "../../protocol/opamp/opamp_pb.js";
import { uidToHex } from "../../protocol/opamp/uid.ts";
import { loadSigningKey, parsePrivateJwk } from "../../workers/adapters/signing-key.ts";
import { verifyCredential } from "../../workers/gateway/credentials.ts";
import { randomUid, usualCapabilities } from "../harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, newId, until, value } from "../harness/worker/fleet-world.ts";

const list = { sort: "name", limit: 50 } as const;
const taking = { capabilities: [...usualCapabilities, "AcceptsOpAMPConnectionSettings"] } as const;

const agents = async (world: FleetWorld) => value(await world.stub.listAgents(world.scope, list)).items;
const agentOf = async (world: FleetWorld, uid: string) => {
  const found = (await agents(world)).find((agent) => agent.instanceUid === uid);
  if (!found) throw new Error(`no agent has the uid ${uid}`);
  return found;
};

/** The credential that an offer carries, verified as the gateway does. */
async function offered(message: ServerToAgent) {
  const { CREDENTIAL_PRIVATE_KEY } = env as unknown as { CREDENTIAL_PRIVATE_KEY: string };
  const { publicKey } = await loadSigningKey(parsePrivateJwk(CREDENTIAL_PRIVATE_KEY));
  const header = message.connectionSettings?.opamp?.headers?.headers[0];
  if (header?.key !== "Authorization") throw new Error("the offer has no Authorization header");
  const verified = await verifyCredential(header.value, publicKey, Date.now());
  if (!verified.ok || verified.who.kind !== "agent") throw new Error("the offer holds no agent credential");
  return verified.who;
}
const offers = (message: ServerToAgent) => message.connectionSettings !== undefined;
const renames = (message: ServerToAgent) => message.agentIdentification !== undefined;

it("offers a credential that is complete, and retires the token at its first use", async () => {
  const world = await fleetWorld();
  const { agent, closed } = await world.dial(world.token({ maxUses: 1 }), taking);
  agent.hello();
  const offer = await agent.next(offers);
  const opamp = offer.connectionSettings?.opamp;
  expect(offer.connectionSettings?.hash.byteLength).toBeGreaterThan(0);
  expect(opamp?.destinationEndpoint).toBe("ws://muster.test/v1/opamp");
  expect(opamp?.heartbeatIntervalSeconds).toBe(30n);
  expect(opamp?.tls).toMatchObject({ insecureSkipVerify: false, includeSystemCaCertsPool: true });
  const who = await offered(offer);
  expect(who).toMatchObject({ ...world.scope, generation: 1 });
  expect(await agentOf(world, agent.uid)).toMatchObject({ credential: "enrollment_token" });

  // The client begins its numbers anew, over the credential, while the old socket is still open.
  agent.sequence = 0;
  await world.redial(agent, world.credential(who.agentId, 1));
  agent.hello();
  await agent.next();
  expect((await closed).code).toBe(1008);
  expect(await agentOf(world, agent.uid)).toMatchObject({
    id: who.agentId,
    credential: "agent",
    status: "online",
  });

  // The token counts no more for this agent: whoever brings its uid is someone else.
  const copy = await world.dial(world.token(), { ...taking, uid: agent.uid });
  copy.agent.hello();
  const renamed = await copy.agent.next(renames);
  expect(renamed.agentIdentification?.newInstanceUid[6]).toSatisfy((byte: number) => byte >> 4 === 7);
  expect(await agents(world)).toHaveLength(1);
});

it("offers the same credential again to one that never used it", async () => {
  const world = await fleetWorld();
  const first = await world.dial(world.token(), taking);
  first.agent.hello();
  const before = await offered(await first.agent.next(offers));
  first.socket.close(1000);
  await until(
    () => agents(world),
    ([agent]) => agent?.status === "offline",
  );
  await evictDurableObject(world.stub);
  await world.redial(first.agent, world.token());
  first.agent.hello();
  const after = await offered(await first.agent.next(offers));
  expect(after).toEqual(before);
});

it("lets a client that takes no offers keep its token, without counting it twice", async () => {
  const world = await fleetWorld();
  const principal = world.token({ maxUses: 1 });
  const first = await world.dial(principal);
  first.agent.hello();
  await first.agent.next();
  first.socket.close(1000);
  await until(
    () => agents(world),
    ([agent]) => agent?.status === "offline",
  );
  const second = await world.redial(first.agent, principal);
  first.agent.hello();
  await first.agent.next();
  expect(await agents(world)).toMatchObject([{ credential: "enrollment_token", status: "online" }]);
  if (principal.kind !== "enrollment_token") throw new Error("a token was asked for");
  expect(value(await world.stub.tokenUses(world.scope))).toEqual({ [principal.tokenId]: 1 });

  const third = await world.dial(principal);
  third.agent.hello();
  expect((await third.agent.next()).errorResponse?.errorMessage).toContain("used up (1 of 1 agent)");
  expect((await third.closed).code).toBe(1008);
  second.socket.close(1000);
});

it("refuses a token that expired while its socket was open", async () => {
  const world = await fleetWorld();
  const { agent, closed } = await world.dial(world.token({ expiresAtMs: Date.now() - 1 }));
  agent.hello();
  expect((await agent.next()).errorResponse?.errorMessage).toContain("expired");
  expect((await closed).code).toBe(1008);
});

it("gives a second live instance of a uid a new one", async () => {
  const world = await fleetWorld();
  const uid = randomUid();
  const first = await world.dial(world.token(), { uid });
  first.agent.hello();
  await first.agent.next();
  const second = await world.dial(world.token(), { uid });
  second.agent.hello();
  const answer = await second.agent.next(renames);
  expect(uidToHex(answer.instanceUid)).toBe(uid);
  expect(second.agent.uid).not.toBe(uid);
  second.agent.hello();
  await second.agent.next();
  expect((await agents(world)).map((agent) => agent.status)).toEqual(["online", "online"]);
  const events = value(await world.stub.listEvents(world.scope, { limit: 50, type: "agent.duplicate_uid" }));
  expect(events.items).toHaveLength(1);
});

it("takes a redial for the same agent when the old socket ends just then", async () => {
  const world = await fleetWorld();
  const first = await world.dial(world.token());
  first.agent.hello();
  await first.agent.next();
  const { agent } = first;
  await world.redial(agent, world.token());
  agent.hello();
  first.socket.close(1000);
  expect((await agent.next()).agentIdentification).toBeUndefined();
  expect(await agents(world)).toMatchObject([{ status: "online" }]);
});

it("follows a client that makes itself a new uid at each start, and refuses a second one on its credential", async () => {
  const world = await fleetWorld();
  const { agent } = await world.dial(world.token(), taking);
  agent.hello();
  const { agentId } = await offered(await agent.next(offers));
  const own = world.credential(agentId, 1);
  const live = await world.redial(agent, own);
  agent.hello();
  await agent.next();
  live.socket.close(1000);
  await until(
    () => agents(world),
    ([row]) => row?.status === "offline",
  );

  const restarted = await world.dial(own, taking);
  restarted.agent.hello();
  await restarted.agent.next();
  expect(await agents(world)).toMatchObject([{ id: agentId, instanceUid: restarted.agent.uid }]);

  const clone = await world.dial(own, taking);
  clone.agent.hello();
  expect((await clone.agent.next()).errorResponse?.errorMessage).toContain("Another live instance");
  expect((await clone.closed).code).toBe(1008);
  restarted.agent.heartbeat();
  expect((await restarted.agent.next()).errorResponse).toBeUndefined();
});

it("gives a new uid to one that asks for it, without enrolling it twice", async () => {
  const world = await fleetWorld();
  const { agent } = await world.dial(world.token());
  const temporary = agent.uid;
  agent.say({ flags: 1n });
  const answer = await agent.next(renames);
  expect(uidToHex(answer.instanceUid)).toBe(temporary);
  agent.hello();
  await agent.next();
  expect(await agents(world)).toMatchObject([{ instanceUid: agent.uid }]);
});

it("revokes at once: the live socket closes, later dials are refused, other agents stay", async () => {
  const world = await fleetWorld();
  const bystander = await world.dial(world.token());
  bystander.agent.hello();
  await bystander.agent.next();
  const { agent } = await world.dial(world.token(), taking);
  agent.hello();
  const { agentId } = await offered(await agent.next(offers));
  const own = world.credential(agentId, 1);
  const live = await world.redial(agent, own);
  agent.hello();
  await agent.next();

  expect(value(await world.stub.revokeAgent(world.scope, agentId, "usr_x"))).toMatchObject({
    status: "revoked",
  });
  expect((await live.closed).code).toBe(1008);
  expect((await world.upgrade(own)).status).toBe(401);
  expect((await world.upgrade(world.credential(newId("agent"), 1))).status).toBe(401);
  expect(value(await world.stub.summary(world.scope)).counts).toMatchObject({ online: 1, revoked: 1 });
  const again = await world.dial(world.token(), { uid: agent.uid });
  again.agent.hello();
  expect((await again.agent.next()).errorResponse?.errorMessage).toContain("revoked");
});

it("refuses a credential of an earlier generation", async () => {
  const world = await fleetWorld();
  const { agent } = await world.dial(world.token(), taking);
  agent.hello();
  const { agentId } = await offered(await agent.next(offers));
  await world.redial(agent, world.credential(agentId, 1));
  agent.hello();
  await agent.next();
  expect((await world.upgrade(world.credential(agentId, 0))).status).toBe(401);
  expect((await world.upgrade(world.credential(agentId, 2))).status).toBe(401);
});

it("revokes a token: agents that rely on it go, those with their own credential stay", async () => {
  const world = await fleetWorld();
  const principal = world.token();
  const relying = await world.dial(principal);
  relying.agent.hello();
  await relying.agent.next();
  const { agent } = await world.dial(principal, taking);
  agent.hello();
  const { agentId } = await offered(await agent.next(offers));
  await world.redial(agent, world.credential(agentId, 1));
  agent.hello();
  await agent.next();

  if (principal.kind !== "enrollment_token") throw new Error("a token was asked for");
  value(await world.stub.revokeEnrollmentToken(world.scope, principal.tokenId, "usr_x"));
  expect((await relying.closed).code).toBe(1008);
  expect((await world.upgrade(principal)).status).toBe(401);
  agent.heartbeat();
  expect((await agent.next()).errorResponse).toBeUndefined();
  expect((await agentOf(world, agent.uid)).id satisfies string as AgentId).toBe(agentId);
});

it("sends a restart only beside uid and capabilities, and only to one that takes it", async () => {
  const world = await fleetWorld();
  const takes = await world.dial(world.token(), {
    capabilities: [...usualCapabilities, "AcceptsRestartCommand"],
  });
  takes.agent.hello();
  await takes.agent.next();
  const { id } = await agentOf(world, takes.agent.uid);
  value(await world.stub.restartAgent(world.scope, id as AgentId, "usr_x"));
  const order = await takes.agent.next((message) => message.command !== undefined);
  expect(order).toMatchObject({ flags: 0n, command: { type: 0 } });
  expect(order.remoteConfig ?? order.connectionSettings ?? order.errorResponse).toBeUndefined();

  const deaf = await world.dial(world.token());
  deaf.agent.hello();
  await deaf.agent.next();
  const other = await agentOf(world, deaf.agent.uid);
  expect(await world.stub.restartAgent(world.scope, other.id as AgentId, "usr_x")).toMatchObject({
    ok: false,
    refusal: { code: "conflict" },
  });
});

it("tells of an enrolment by the agent's name, or its id while it has none, and by the token", async () => {
  const world = await fleetWorld();
  const token = world.token();
  const tokenId = token.kind === "enrollment_token" ? token.tokenId : null;
  const named = await world.dial(token, { identifying: { "service.instance.id": "web-1" } });
  named.agent.hello();
  await named.agent.next();
  const bare = await world.dial(token);
  bare.agent.heartbeat();
  await bare.agent.next();
  const { id } = await agentOf(world, bare.agent.uid);
  const { items } = value(await world.stub.listEvents(world.scope, { limit: 10, type: "agent.enrolled" }));
  expect(items.map(({ summary }) => summary)).toEqual([
    `${id} enrolled with token ${tokenId}`,
    `web-1 enrolled with token ${tokenId}`,
  ]);
});

it("takes no more agents than the plan allows, until one is deleted or the plan is larger", async () => {
  const world = await fleetWorld();
  const settings = { opampEndpoint: "ws://muster.test/v1/opamp" };
  value(await world.stub.configure(world.scope, { ...settings, agentLimit: 1 }));
  const first = await world.dial(world.token());
  first.agent.hello();
  await first.agent.next();
  const refused = await world.dial(world.token());
  refused.agent.hello();
  const answer = await refused.agent.next();
  expect(answer.errorResponse?.errorMessage).toContain("allows 1 agents in a fleet, and 1 are there");
  expect((await refused.closed).code).toBe(1008);

  // One that is there already goes on, and the limit is still known when a call does not name it.
  value(await world.stub.configure(world.scope, settings));
  first.agent.hello();
  await first.agent.next();
  const again = await world.dial(world.token());
  again.agent.hello();
  expect((await again.agent.next()).errorResponse?.errorMessage).toContain("allows 1 agents");

  value(await world.stub.configure(world.scope, { ...settings, agentLimit: 2 }));
  const second = await world.dial(world.token());
  second.agent.hello();
  expect((await second.agent.next()).errorResponse).toBeUndefined();
});
