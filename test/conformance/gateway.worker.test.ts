import { env, exports } from "cloudflare:workers";
import { SignJWT } from "jose";
import { expect, it } from "vitest";
import { decodeServerToAgent, encodeAgentBody } from "../../protocol/opamp/frame.ts";
import { uidFromHex, uidToHex } from "../../protocol/opamp/uid.ts";
import { agentPrincipalHeader } from "../../protocol/rpc/fleet.ts";
import { loadSigningKey, parsePrivateJwk } from "../../workers/adapters/signing-key.ts";
import { FakeAgent, randomUid } from "../harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, newId, value } from "../harness/worker/fleet-world.ts";

const url = "http://muster.test/v1/opamp";
const opamp = { "content-type": "application/x-protobuf" };
// The combined entry's default export is the API Worker; the test configuration binds the keys.
const worker = (exports as unknown as { default: Fetcher }).default;
const keys = env as unknown as { CREDENTIAL_PRIVATE_KEY: string; ACCESS_PRIVATE_KEY: string };

async function sign(claims: Record<string, unknown>, jwk = keys.CREDENTIAL_PRIVATE_KEY): Promise<string> {
  const { privateKey } = await loadSigningKey(parsePrivateJwk(jwk));
  return new SignJWT(claims).setProtectedHeader({ alg: "EdDSA" }).sign(privateKey);
}

const tokenClaims = (world: FleetWorld) => ({
  typ: "enroll",
  org: world.scope.organizationId,
  flt: world.scope.fleetId,
  tok: newId("enrollmentToken"),
  labels: {},
  max: null,
});

const hello = (uid = randomUid()) =>
  encodeAgentBody({
    instanceUid: uidFromHex(uid),
    sequenceNum: 0n,
    capabilities: 3n,
    agentDescription: {
      identifyingAttributes: [
        { key: "service.name", value: { value: { case: "stringValue", value: "polling" } } },
      ],
    },
  });

const post = (secret: string, body: BodyInit, headers: Record<string, string> = opamp) =>
  worker.fetch(url, { method: "POST", headers: { authorization: `Bearer ${secret}`, ...headers }, body });

it("refuses every bad credential in the Worker, as a problem with WWW-Authenticate", async () => {
  const world = await fleetWorld();
  const claims = tokenClaims(world);
  const bad: Record<string, string | null> = {
    none: null,
    "not a JWT": "hello",
    "another key": await sign(claims, keys.ACCESS_PRIVATE_KEY),
    expired: await sign({ ...claims, exp: Math.floor(Date.now() / 1000) - 5 }),
    "wrong typ": await sign({ ...claims, typ: "access" }),
    unsigned: `${btoa('{"alg":"none"}').replace(/=+$/, "")}.${btoa(JSON.stringify(claims)).replace(/=+$/, "")}.`,
    "too long": "x".repeat(7000),
  };
  for (const [name, secret] of Object.entries(bad)) {
    for (const upgrade of [false, true]) {
      const answer = await worker.fetch(url, {
        method: upgrade ? "GET" : "POST",
        headers: {
          ...opamp,
          ...(upgrade && { upgrade: "websocket" }),
          ...(secret !== null && { authorization: `Bearer ${secret}` }),
        },
        ...(!upgrade && { body: hello() }),
      });
      expect(answer.status, name).toBe(401);
      expect(answer.headers.get("content-type"), name).toBe("application/problem+json");
      expect(answer.headers.get("www-authenticate"), name).toContain("Bearer");
      expect(await answer.json(), name).toMatchObject({
        code: "unauthenticated",
        requestId: answer.headers.get("x-request-id"),
      });
    }
  }
  expect(value(await world.stub.summary(world.scope)).counts.total).toBe(0);
});

it("does not forward a principal that the client wrote itself", async () => {
  const world = await fleetWorld();
  const other = await fleetWorld();
  const forged = JSON.stringify(other.token());
  const answer = await post(await sign(tokenClaims(world)), hello(), {
    ...opamp,
    [agentPrincipalHeader]: forged,
  });
  expect(answer.status).toBe(200);
  expect(value(await world.stub.summary(world.scope)).counts.total).toBe(1);
  expect(value(await other.stub.summary(other.scope)).counts.total).toBe(0);
  const alone = await worker.fetch(url, {
    method: "POST",
    headers: { ...opamp, [agentPrincipalHeader]: forged },
    body: hello(),
  });
  expect(alone.status).toBe(401);
});

it("hands a socket over to the fleet that the credential names", async () => {
  const world = await fleetWorld();
  const answer = await worker.fetch(url, {
    headers: { upgrade: "websocket", authorization: `Bearer ${await sign(tokenClaims(world))}` },
  });
  expect(answer.status).toBe(101);
  const socket = answer.webSocket;
  if (!socket) throw new Error("no socket");
  socket.binaryType = "arraybuffer";
  socket.accept();
  const agent = new FakeAgent({ send: (frame) => socket.send(frame) });
  socket.addEventListener("message", (event) => agent.receive(new Uint8Array(event.data as ArrayBuffer)));
  agent.hello();
  expect(uidToHex((await agent.next()).instanceUid)).toBe(agent.uid);
});

it("answers polls with exactly the OpAMP content type, gzip in and out", async () => {
  const world = await fleetWorld();
  const secret = await sign(tokenClaims(world));
  const uid = randomUid();
  const plain = await post(secret, hello(uid));
  expect(plain.status).toBe(200);
  expect(plain.headers.get("content-type")).toBe("application/x-protobuf");
  expect(uidToHex(decodeServerToAgent(new Uint8Array(await plain.arrayBuffer())).instanceUid)).toBe(uid);

  const packed = new Blob([hello(uid)]).stream().pipeThrough(new CompressionStream("gzip"));
  const answer = await post(secret, await new Response(packed).arrayBuffer(), {
    ...opamp,
    "content-encoding": "gzip",
    "accept-encoding": "gzip",
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/x-protobuf");
  expect(uidToHex(decodeServerToAgent(new Uint8Array(await answer.arrayBuffer())).instanceUid)).toBe(uid);
  expect(value(await world.stub.summary(world.scope)).counts).toMatchObject({ total: 1, online: 1 });
});

it("refuses what is too large, also once unpacked, and what is no OpAMP", async () => {
  const world = await fleetWorld();
  const secret = await sign(tokenClaims(world));
  expect((await post(secret, new Uint8Array(1024 * 1024 + 1))).status).toBe(413);
  const bomb = new Blob([new Uint8Array(8 * 1024 * 1024)])
    .stream()
    .pipeThrough(new CompressionStream("gzip"));
  const small = await new Response(bomb).arrayBuffer();
  expect(small.byteLength).toBeLessThan(100_000);
  expect((await post(secret, small, { ...opamp, "content-encoding": "gzip" })).status).toBe(413);
  expect((await post(secret, hello(), { "content-type": "application/json" })).status).toBe(415);
  expect((await post(secret, hello(), { ...opamp, "content-encoding": "gzip" })).status).toBe(400);
  expect((await post(secret, hello(), { ...opamp, "content-encoding": "br" })).status).toBe(400);
  expect((await post(secret, new Uint8Array([0xff, 0xff, 0xff]))).status).toBe(400);
  expect((await worker.fetch(url)).status).toBe(426);
  expect((await worker.fetch(url, { method: "PUT" })).status).toBe(405);
  expect(value(await world.stub.summary(world.scope)).counts.total).toBe(0);
});

it("answers 401 at the dial for a revoked token and a revoked agent", async () => {
  const world = await fleetWorld();
  const claims = tokenClaims(world);
  const secret = await sign(claims);
  const uid = randomUid();
  expect((await post(secret, hello(uid))).status).toBe(200);
  value(await world.stub.revokeEnrollmentToken(world.scope, claims.tok, "usr_x"));
  const refused = await post(secret, hello(uid));
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({
    code: "unauthenticated",
    detail: expect.stringContaining("revoked"),
  });
  const upgrade = await worker.fetch(url, {
    headers: { upgrade: "websocket", authorization: `Bearer ${secret}` },
  });
  expect(upgrade.status).toBe(401);
});
