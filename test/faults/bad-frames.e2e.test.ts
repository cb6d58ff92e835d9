/**
 * Agents that send too much, noise or a broken protobuf, and one that stops reading, in the middle of a rollout on the
 * real runtime: only their own sockets close, the others go on, and the rollout finishes once they are back.
 */
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Agent } from "../../protocol/api/agents.ts";
import type { RolloutDetail } from "../../protocol/api/rollouts.ts";
import { encodeAgentFrame } from "../../protocol/opamp/frame.ts";
import { limits } from "../../protocol/opamp/limits.ts";
import { uidFromHex } from "../../protocol/opamp/uid.ts";
import { FakeAgent } from "../harness/fake-agent.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";

let runtime: RunningRuntime;
let tenant: Tenant;
let token = "";
const everyone: Client[] = [];

/** A fake agent over a real socket, whose bytes the test may take into its own hands. */
class Client {
  readonly fake: FakeAgent;
  readonly name: string;
  closed: { code: number } | null = null;
  dials = 0;
  #socket: WebSocket | null = null;

  constructor(name: string) {
    this.name = name;
    this.fake = new FakeAgent({
      identifying: { "service.name": "fake", "service.instance.id": name },
      send: (frame) => this.sendBytes(frame),
    });
    everyone.push(this);
  }

  async dial(): Promise<void> {
    const socket = new WebSocket(`${runtime.url.replace("http", "ws")}/v1/opamp`, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    this.#socket = socket;
    this.closed = null;
    this.dials++;
    socket.on("message", (data: Buffer) => this.fake.receive(data));
    socket.on("close", (code) => {
      if (this.#socket === socket) this.closed = { code };
    });
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    // A frame that is too large may break the connection before all of it is written.
    socket.on("error", () => {});
    this.fake.hello();
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket?.send(bytes);
  }

  /** The connection itself, below the frames. */
  get stream(): Socket {
    if (!this.#socket) throw new Error(`${this.name} has not dialled`);
    // `ws` keeps it here; it has no other way to stop reading at once.
    return (this.#socket as unknown as { _socket: Socket })._socket;
  }

  hangUp(): void {
    this.#socket?.terminate();
  }
}

beforeAll(async () => {
  runtime = await startRuntime();
  tenant = await signUpTenant(runtime);
  token = await tenant.enrollmentToken(20);
});

afterAll(async () => {
  for (const client of everyone) client.hangUp();
  await runtime?.stop();
});

const statusOf = async (client: Client) => {
  const { items } = await tenant.call<{ items: Agent[] }>("GET", `/v1/fleets/${tenant.fleet}/agents`);
  return items.find(({ name }) => name === client.name)?.status;
};

const rolloutWhere = (id: string, what: string, condition: (rollout: RolloutDetail) => boolean) =>
  until(what, async () => {
    const rollout = await tenant.rollout(id);
    return condition(rollout) && rollout;
  });

test("only the socket of the bad one closes, and the rollout finishes", async () => {
  const good = ["good-1", "good-2", "good-3", "good-4"].map((name) => new Client(name));
  const slow = new Client("slow");
  const bad: { client: Client; code: number; send: (client: Client) => void }[] = [
    {
      client: new Client("oversize"),
      code: 1009,
      send: (client) => client.sendBytes(new Uint8Array(limits.messageBytes + 2)),
    },
    {
      client: new Client("noise"),
      code: 1007,
      // A first byte that no field of the message begins with.
      send: (client) => client.sendBytes(Uint8Array.from([0, 0xff, ...randomBytes(400)])),
    },
    {
      client: new Client("cut-off"),
      code: 1007,
      send: (client) => {
        const frame = encodeAgentFrame({ instanceUid: uidFromHex(client.fake.uid), capabilities: 1n });
        client.sendBytes(frame.subarray(0, frame.length - 6));
      },
    },
  ];
  await Promise.all(everyone.map((client) => client.dial()));
  await until("everyone is online", async () =>
    (await Promise.all(everyone.map(statusOf))).every((status) => status === "online"),
  );

  slow.stream.pause();
  const config = await tenant.createConfig("settings", "round: 0\n");
  const { id } = await tenant.rollOut(config, "round: 1\n", {
    strategy: { kind: "rolling", batch: everyone.length, pauseSeconds: 0 },
    gates: { soakSeconds: 1, progressDeadlineSeconds: 300 },
  });
  for (const { client, send } of bad) send(client);
  for (const { client, code } of bad) {
    await until(`${client.name} is closed`, () => client.closed);
    expect(client.closed?.code).toBe(code);
  }
  await rolloutWhere(id, "the others are verified", ({ counts }) => counts.verified >= good.length);
  expect(good.map(({ closed, fake }) => ({ closed, offers: fake.offers.length }))).toEqual(
    good.map(() => ({ closed: null, offers: 1 })),
  );
  expect((await tenant.rollout(id)).state).toBe("running");

  slow.stream.resume();
  await Promise.all(bad.map(({ client }) => client.dial()));
  const ended = await rolloutWhere(id, "the rollout ends", ({ endedAt }) => endedAt !== null);
  expect(ended.state).toBe("succeeded");
  expect(ended.counts).toMatchObject({ verified: everyone.length, failed: 0, timed_out: 0, unreachable: 0 });
  expect([...good, slow].map(({ dials, closed }) => ({ dials, closed }))).toEqual(
    [...good, slow].map(() => ({ dials: 1, closed: null })),
  );
});
