import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import type { LiveMessage } from "../protocol/live/messages.ts";
import { fakeId } from "./testing/bodies.ts";
import { fixtures } from "./testing/fixtures.ts";
import { type Ran, runCli } from "./testing/run.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
let sockets: WebSocketServer;
let connected: PromiseWithResolvers<{ socket: WebSocket; after: string | null }>;
let stop: AbortController;

beforeEach(async () => {
  world = await startWorld();
  connected = Promise.withResolvers();
  stop = new AbortController();
  sockets = new WebSocketServer({ server: world.server.http });
  sockets.on("connection", (socket, request) => {
    const after = new URL(request.url ?? "", "http://x").searchParams.get("after");
    connected.resolve({ socket, after });
  });
});
afterEach(async () => {
  stop.abort();
  for (const socket of sockets.clients) socket.terminate();
  await world.server.close();
});

const send = (socket: WebSocket, message: LiveMessage) => socket.send(JSON.stringify(message));
const hello = (last: string): LiveMessage => ({ type: "hello", last, resumedFrom: last, truncated: false });
const event = (n: number, more = {}) => ({ ...fixtures.event, id: fakeId("evt", n), ...more });

/** A command that runs on, with the lines it has printed so far. */
function begin(argv: string[]) {
  const printed: string[] = [];
  let wake = () => {};
  const ran: Promise<Ran> = runCli(argv, {
    env: { XDG_CONFIG_HOME: world.home, MUSTER_URL: world.server.url, MUSTER_API_KEY: "mk_test" },
    signal: stop.signal,
    onStdout(text) {
      printed.push(...text.trimEnd().split("\n"));
      wake();
    },
  });
  const lines = async (count: number) => {
    while (printed.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return printed;
  };
  return { ran, lines };
}

describe("events -f", () => {
  it("prints the past, then what comes, and ends with 130 on Ctrl-C", async () => {
    const { ran, lines } = begin(["events", "-f", "--json"]);
    const { socket, after } = await connected.promise;
    expect(after).toBe(fakeId("evt", 2));
    send(socket, hello(fakeId("evt", 2)));
    send(socket, { type: "event", event: event(3) });
    const ids = (await lines(3)).map((line) => JSON.parse(line).id);
    expect(ids).toEqual([fakeId("evt", 1), fakeId("evt", 2), fakeId("evt", 3)]);
    stop.abort();
    expect((await ran).code).toBe(130);
  });

  it("shows only what was asked for", async () => {
    const { ran, lines } = begin(["events", "-f", "-n", "0", "--type", "rollout.started", "--json"]);
    const { socket } = await connected.promise;
    send(socket, { type: "event", event: event(3) });
    send(socket, { type: "event", event: event(4, { type: "rollout.started" }) });
    expect((await lines(1)).map((line) => JSON.parse(line).id)).toEqual([fakeId("evt", 4)]);
    stop.abort();
    await ran;
  });

  it("says when events were lost to it", async () => {
    const { ran, lines } = begin(["events", "-f", "--json"]);
    const { socket } = await connected.promise;
    send(socket, { type: "hello", last: fakeId("evt", 9), resumedFrom: null, truncated: true });
    send(socket, { type: "event", event: event(10) });
    await lines(3);
    stop.abort();
    expect((await ran).stderr).toContain("no longer held by the fleet");
  });
});

describe("rollouts watch", () => {
  const running = { ...fixtures.rolloutDetail, state: "running" as const, endedAt: null };

  it("shows progress and ends when the rollout does", async () => {
    let now: unknown = running;
    world.routes["GET /v1/rollouts/*"] = () => ({ body: now });
    const { ran } = begin(["rollouts", "watch", running.id]);
    const { socket } = await connected.promise;
    const { waves: _waves, decisions: _decisions, live: _live, ...summary } = running;
    send(socket, { type: "rollout", rollout: { ...summary, id: fakeId("rol", 9), state: "failed" } });
    send(socket, { type: "rollout", rollout: { ...summary, reason: "soaking" } });
    now = { ...running, state: "failed", reason: "2 agents failed" };
    const closed = new Promise((resolve) => socket.once("close", resolve));
    send(socket, { type: "rollout", rollout: { ...summary, state: "failed" } });
    for (const n of [2, 3, 4]) send(socket, { type: "event", event: event(n) });
    const { code, stdout, stderr } = await ran;
    expect(code).toBe(1);
    expect(stderr).toContain("running 2/2 (2 verified): soaking");
    expect(stderr).toContain("The rollout ended as failed: 2 agents failed");
    expect(stdout).toMatch(/state +failed/);
    await closed;
  });

  it("says once what a hold waits on and what to do, and which wave it stands at", async () => {
    const [wave] = running.waves ?? [];
    if (wave === undefined) throw new Error("the fixture has no wave");
    const waves = [wave, { ...wave, number: 2, state: "waiting" as const }];
    let now: unknown = running;
    world.routes["GET /v1/rollouts/*"] = () => ({ body: now });
    const { ran } = begin(["rollouts", "watch", running.id]);
    const { socket } = await connected.promise;
    const { waves: _waves, decisions: _decisions, live: _live, ...summary } = running;
    const paused = { ...summary, state: "paused" as const, reason: "a person must promote" };
    now = { ...running, ...paused, waves };
    send(socket, { type: "rollout", rollout: paused });
    send(socket, { type: "rollout", rollout: { ...paused, counts: { ...paused.counts, unchanged: 1 } } });
    now = { ...running, state: "succeeded" };
    send(socket, { type: "rollout", rollout: { ...summary, state: "succeeded" } });
    const { code, stderr } = await ran;
    expect(code).toBe(0);
    expect(stderr.match(/waits: a person to promote wave 2/g)).toHaveLength(1);
    expect(stderr).toContain(`promote: muster rollouts promote ${running.id}`);
  });

  it("notices an end that it missed while the feed was away", async () => {
    let reads = 0;
    world.routes["GET /v1/rollouts/*"] = () => ({
      body: ++reads === 1 ? running : { ...running, state: "succeeded" },
    });
    const { ran } = begin(["rollouts", "watch", running.id, "--json"]);
    const { socket } = await connected.promise;
    send(socket, hello(fakeId("evt", 1)));
    const { code, stdout } = await ran;
    expect(code).toBe(0);
    expect(JSON.parse(stdout).state).toBe("succeeded");
  });

  it("leaves the rollout running on Ctrl-C and says how to go on or stop it", async () => {
    world.routes["GET /v1/rollouts/*"] = () => ({ body: running });
    const { ran } = begin(["rollouts", "watch", running.id]);
    await connected.promise;
    stop.abort();
    const { code, stderr } = await ran;
    expect(code).toBe(130);
    expect(stderr).toContain(`Stop it: muster rollouts abort ${running.id}`);
    expect(world.sent("POST", "/abort")).toBeUndefined();
  });
});

describe("agents list --watch", () => {
  it("shows the list anew when an agent changes", async () => {
    const { ran, lines } = begin(["agents", "list", "--watch", "--json"]);
    const { socket } = await connected.promise;
    send(socket, hello(fakeId("evt", 1)));
    expect(JSON.parse((await lines(1))[0] ?? "").items[0].status).toBe("online");
    world.routes["GET /v1/fleets/*/agents"] = () => ({
      body: { items: [{ ...fixtures.agent, status: "offline" }], nextCursor: null },
    });
    send(socket, { type: "agents", agents: [fixtures.agent] });
    expect(JSON.parse((await lines(2))[1] ?? "").items[0].status).toBe("offline");
    stop.abort();
    expect((await ran).code).toBe(130);
  });
});
