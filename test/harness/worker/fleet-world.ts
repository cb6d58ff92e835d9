/** A Fleet object of its own for one test, and agents that dial straight into it. */

import { env } from "cloudflare:workers";
import { sha256Hex } from "../../../domain/configs/hash.ts";
import type { Outcome } from "../../../domain/errors.ts";
import { type AgentId, type EnrollmentTokenId, makeId, type RolloutId } from "../../../domain/ids.ts";
import { type FleetNamespace, type FleetStub, fleetStub } from "../../../durable-objects/stubs.ts";
import type { Gates } from "../../../protocol/api/rollouts.ts";
import {
  type AgentPrincipal,
  agentPrincipalHeader,
  type FleetScope,
  type RolloutOrder,
  type ViewerPrincipal,
  viewerPrincipalHeader,
} from "../../../protocol/rpc/fleet.ts";
import { FakeAgent, type FakeAgentOptions } from "../fake-agent.ts";
import { prepareStore } from "../world.ts";
import { plainTerms } from "./plain-terms.ts";

// The test configuration binds it.
const namespace = (env as unknown as { FLEET: FleetNamespace }).FLEET;

export const newId = <K extends Parameters<typeof makeId>[0]>(kind: K) =>
  makeId(kind, Date.now(), crypto.getRandomValues(new Uint8Array(10)));

/** Each stub breaks when its object is aborted. */
export const stubOf = (scope: FleetScope): FleetWorld["stub"] =>
  // The stub is the platform's own object; FleetStub names what of it Workers use.
  fleetStub(namespace, scope.fleetId) as FleetWorld["stub"];

export interface DialedAgent {
  agent: FakeAgent;
  socket: WebSocket;
  closed: Promise<{ code: number; reason: string }>;
}

export interface FleetWorld {
  scope: FleetScope;
  stub: FleetStub & DurableObjectStub;
  token(overrides?: Partial<AgentPrincipal & { kind: "enrollment_token" }>): AgentPrincipal;
  credential(agentId: AgentId, generation: number): AgentPrincipal;
  upgrade(principal: AgentPrincipal): Promise<Response>;
  /** A connected agent that has not said anything yet. */
  dial(principal: AgentPrincipal, options?: Omit<FakeAgentOptions, "send">): Promise<DialedAgent>;
  /** The same agent over a new connection. */
  redial(agent: FakeAgent, principal: AgentPrincipal): Promise<DialedAgent>;
  poll(principal: AgentPrincipal, body: Uint8Array<ArrayBuffer>): Promise<Response>;
  /** Rolls one text file out to the whole fleet, all at once. */
  rollOut(content: string, gates?: Partial<Gates>): Promise<RolloutId>;
  follow(after?: string): Promise<{ messages: Record<string, unknown>[]; socket: WebSocket }>;
}

export async function fleetWorld(): Promise<FleetWorld> {
  await prepareStore();
  const scope: FleetScope = { organizationId: newId("organization"), fleetId: newId("fleet") };
  const stub = stubOf(scope);
  value(await stub.configure(scope, { opampEndpoint: "ws://muster.test/v1/opamp" }));
  const tokenId: EnrollmentTokenId = newId("enrollmentToken");
  const opampEndpoint = "ws://muster.test/v1/opamp";
  const headersOf = (principal: AgentPrincipal) => ({ [agentPrincipalHeader]: JSON.stringify(principal) });

  const upgrade = (principal: AgentPrincipal) =>
    stubOf(scope).fetch("https://fleet/v1/opamp", {
      headers: { upgrade: "websocket", ...headersOf(principal) },
    });

  async function connect(principal: AgentPrincipal, attach: (socket: WebSocket) => FakeAgent) {
    const response = await upgrade(principal);
    const socket = response.webSocket;
    if (!socket) throw new Error(`the upgrade was answered ${response.status}: ${await response.text()}`);
    socket.binaryType = "arraybuffer";
    socket.accept();
    const agent = attach(socket);
    const closed = new Promise<{ code: number; reason: string }>((resolve) =>
      socket.addEventListener("close", (event) => {
        socket.close();
        resolve({ code: event.code, reason: event.reason });
      }),
    );
    socket.addEventListener("message", (event) => {
      if (typeof event.data !== "string") agent.receive(new Uint8Array(event.data as ArrayBuffer));
    });
    return { agent, socket, closed };
  }

  return {
    scope,
    stub,
    token: (overrides = {}) => ({
      ...scope,
      kind: "enrollment_token",
      tokenId,
      labels: {},
      maxUses: null,
      expiresAtMs: null,
      opampEndpoint,
      ...overrides,
    }),
    credential: (agentId, generation) => ({ ...scope, kind: "agent", agentId, generation, opampEndpoint }),
    upgrade,
    dial: (principal, options = {}) =>
      connect(principal, (socket) => new FakeAgent({ ...options, send: (frame) => socket.send(frame) })),
    redial: (agent, principal) =>
      connect(principal, (socket) => {
        agent.redial((frame) => socket.send(frame));
        return agent;
      }),
    poll: (principal, body) =>
      stub.fetch("https://fleet/v1/opamp", { method: "POST", headers: headersOf(principal), body }),
    async rollOut(content, gates = {}) {
      const id = newId("rollout");
      const order: RolloutOrder = {
        id,
        release: {
          id: newId("release"),
          number: 1,
          assignments: [
            {
              configId: newId("config"),
              configName: "greeting",
              kind: "file",
              versionId: newId("configVersion"),
              version: 1,
              sha256: sha256Hex(content),
              selector: "",
              fileName: "greeting.txt",
              contentType: "text/plain",
              content,
            },
          ],
          packages: [],
        },
        ...plainTerms,
        gates: { ...plainTerms.gates, applyTimeoutSeconds: 60, progressDeadlineSeconds: 60, ...gates },
        autoRevert: false,
        message: null,
        author: "Test",
        actor: "usr_test",
      };
      value(await stub.startRollout(scope, order));
      return id;
    },
    async follow(after) {
      const principal: ViewerPrincipal = { ...scope, actor: "usr_test", expiresAtMs: null };
      const response = await stub.fetch(`https://fleet/live${after ? `?after=${after}` : ""}`, {
        headers: { upgrade: "websocket", [viewerPrincipalHeader]: JSON.stringify(principal) },
      });
      const socket = response.webSocket;
      if (!socket) throw new Error(`the upgrade was answered ${response.status}`);
      const messages: Record<string, unknown>[] = [];
      socket.accept();
      socket.addEventListener("message", (event) => {
        if (event.data !== "pong") messages.push(JSON.parse(String(event.data)));
      });
      return { messages, socket };
    },
  };
}

export function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.refusal.code}: ${outcome.refusal.detail}`);
  return outcome.value;
}

/** Waits for a condition, for at most some seconds. */
export async function until<T>(read: () => Promise<T> | T, holds: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 8_000;
  for (;;) {
    const last = await read();
    if (holds(last)) return last;
    if (Date.now() > deadline) throw new Error(`it never came about; last seen: ${JSON.stringify(last)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
