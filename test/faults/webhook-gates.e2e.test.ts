/**
 * Targets of webhook gates that hang, answer 500, redirect, or lie inside a network: each is asked as often as its gate
 * says, nothing inside is called, and other fleets' rollouts and history go on.
 */
import { lookup } from "node:dns/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { hostname } from "node:os";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "../../protocol/api/agents.ts";
import type { ConfirmationCall } from "../../protocol/api/confirmations.ts";
import type { FleetEvent } from "../../protocol/api/events.ts";
import type { RolloutDetail, StartRolloutBody } from "../../protocol/api/rollouts.ts";
import type { WebhookKey } from "../../protocol/api/webhook-keys.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";

interface Heard {
  path: string;
  call: ConfirmationCall;
  verify(key: string): unknown;
}

const heard: Heard[] = [];
let connectionsInside = 0;
/** Confirms at `/confirm`, answers 500 at `/broken`, sends `/redirect` inside, and never answers at `/hang`. */
const target = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString();
    const path = request.url ?? "";
    const headers = request.headers as Record<string, string>;
    heard.push({
      path,
      call: JSON.parse(body) as ConfirmationCall,
      verify: (key) => new Webhook(key).verify(body, headers),
    });
    if (path === "/confirm") response.end(JSON.stringify({ verdict: "confirm", reason: "green light" }));
    else if (path === "/broken") response.writeHead(500).end("out of order");
    else if (path === "/redirect") {
      response.writeHead(307, { location: `http://127.0.0.1:${portOf(inside)}/` }).end();
    }
  });
});
/** What lies inside: nobody may connect to it. */
const inside = createTcpServer((socket) => {
  connectionsInside++;
  socket.destroy();
});
/** The resolver: every name lies inside. */
const resolver = createServer((request, response) => {
  const type = new URL(request.url ?? "", "http://resolver").searchParams.get("type");
  const answer = type === "AAAA" ? { type: 28, data: "::1" } : { type: 1, data: "127.0.0.1" };
  response.setHeader("content-type", "application/dns-json");
  response.end(JSON.stringify({ Status: 0, Answer: [answer] }));
});

const portOf = (server: Server | typeof inside) => (server.address() as AddressInfo).port;
const listen = (server: Server | typeof inside, host = "127.0.0.1") =>
  new Promise<void>((resolve) => server.listen(0, host, resolve));

/** A name that this machine itself takes to be at home, where it has one, so that a call would get through. */
const nameInside = await lookup(hostname(), 4).then(
  ({ address }) => (address === "127.0.0.1" ? hostname() : "inside.example"),
  () => "inside.example",
);

let runtime: RunningRuntime;
const agents: AgentProcess[] = [];

beforeAll(async () => {
  await Promise.all([listen(target), listen(resolver), listen(inside)]);
  runtime = await startRuntime({
    vars: {
      WEBHOOK_ALLOWED_HOSTS: `127.0.0.1:${portOf(target)}`,
      WEBHOOK_DNS_URL: `http://127.0.0.1:${portOf(resolver)}/dns-query`,
    },
  });
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await runtime?.stop();
  target.closeAllConnections();
  for (const server of [target, resolver, inside]) server.close();
});

/** A tenant with one agent online. */
async function tenantWithAgent(name: string): Promise<Tenant> {
  const tenant = await signUpTenant(runtime);
  agents.push(startAgentProcess({ url: runtime.url, token: await tenant.enrollmentToken(1), name }));
  await until(`${name} is online`, async () => {
    const { items } = await tenant.call<{ items: Agent[] }>("GET", `/v1/fleets/${tenant.fleet}/agents`);
    return items.some(({ status }) => status === "online");
  });
  return tenant;
}

async function startGated(tenant: Tenant, url: string, attempts: number): Promise<string> {
  const config = await tenant.createConfig("settings", "round: 0\n");
  const plan: Partial<StartRolloutBody> = {
    gates: {
      soakSeconds: 0,
      webhooks: [{ url, on: ["start"], timeoutSeconds: 3, attempts, whenUnanswered: "fail" }],
    },
  };
  return (await tenant.rollOut(config, "round: 1\n", plan)).id;
}

const ended = (tenant: Tenant, id: string) =>
  until(`rollout ${id} ends`, async () => {
    const rollout = await tenant.rollout(id);
    return rollout.endedAt !== null && rollout;
  });

const attemptsAt = (path: string) =>
  heard.filter((one) => one.path === path).map(({ call }) => call.data.attempt);
const at = (path: string) => `http://127.0.0.1:${portOf(target)}${path}`;
const said = ({ decisions, reason }: RolloutDetail) =>
  `${reason} ${(decisions ?? []).map(({ text }) => text).join(" ")}`;

test("asks each target on its gate's schedule, never inside, and holds nobody else up", async () => {
  const [hanging, broken, redirecting, hidden, confirmed, ungated] = await Promise.all(
    ["hanging", "broken", "redirecting", "hidden", "confirmed", "ungated"].map(tenantWithAgent),
  );
  if (!hanging || !broken || !redirecting || !hidden || !confirmed || !ungated)
    throw new Error("unreachable");

  const hang = await startGated(hanging, at("/hang"), 2);
  await until("the hanging target is asked", () => heard.some(({ path }) => path === "/hang"));
  const rollouts = await Promise.all([
    startGated(broken, at("/broken"), 3),
    startGated(redirecting, at("/redirect"), 2),
    startGated(hidden, `https://${nameInside}:${portOf(inside)}/`, 2),
    startGated(confirmed, at("/confirm"), 1),
  ]);

  const config = await ungated.createConfig("settings", "round: 0\n");
  const plain = await ungated.rollOut(config, "round: 1\n", { gates: { soakSeconds: 0 } });
  expect((await ended(ungated, plain.id)).state).toBe("succeeded");
  await until("its history is there", async () => {
    const { items } = await ungated.call<{ items: FleetEvent[] }>(
      "GET",
      `/v1/orgs/${ungated.organization}/events`,
    );
    return items.some(({ type }) => type === "rollout.succeeded");
  });

  const [brokenEnd, redirectEnd, hiddenEnd, confirmedEnd] = await Promise.all([
    ended(broken, rollouts[0]),
    ended(redirecting, rollouts[1]),
    ended(hidden, rollouts[2]),
    ended(confirmed, rollouts[3]),
  ]);
  const hangEnd = await ended(hanging, hang);

  for (const one of [brokenEnd, redirectEnd, hiddenEnd, hangEnd]) {
    expect(one.state).toBe("failed");
    expect([one.counts.verified, one.counts.offered]).toEqual([0, 0]);
  }
  expect(said(brokenEnd)).toContain("answered 500");
  expect(said(redirectEnd)).toContain("redirects are not followed");
  expect(said(hiddenEnd)).toContain("lies inside a network");
  expect(attemptsAt("/broken")).toEqual([1, 2, 3]);
  expect(attemptsAt("/redirect")).toEqual([1, 2]);
  await until("the hanging target is asked again", () => attemptsAt("/hang").length === 2);
  expect(attemptsAt("/hang")).toEqual([1, 2]);

  expect(confirmedEnd).toMatchObject({ state: "succeeded", counts: { verified: 1 } });
  expect(said(confirmedEnd)).toContain("green light");
  expect(attemptsAt("/confirm")).toEqual([1]);
  const { key } = await confirmed.call<WebhookKey>("GET", `/v1/orgs/${confirmed.organization}/webhook-key`);
  const asked = heard.find(({ path }) => path === "/confirm");
  expect(asked?.verify(key)).toMatchObject({ type: "rollout.confirmation" });
  expect(asked?.call.data).toMatchObject({
    organizationId: confirmed.organization,
    fleetId: confirmed.fleet,
    rolloutId: rollouts[3],
    phase: "start",
  });
  expect(connectionsInside).toBe(0);
});
