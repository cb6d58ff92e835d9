import { afterEach, beforeEach, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { controlFrame, dataFrame } from "../protocol/custom/stream-frames.ts";
import { type ControlMessage, channels } from "../protocol/custom/streams.ts";
import { fakeId } from "./testing/bodies.ts";
import { fixtures } from "./testing/fixtures.ts";
import { type Ran, runCli } from "./testing/run.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
let sockets: WebSocketServer;
let stop: AbortController;
/** What the API was asked to tail, in order. */
let asked: Record<string, unknown>[];
/** Viewers that dialled, in order. */
let viewers: WebSocket[];
let dialled: () => void;

beforeEach(async () => {
  world = await startWorld();
  stop = new AbortController();
  asked = [];
  viewers = [];
  dialled = () => {};
  world.routes["POST /v1/agents/*/logs/tail"] = ({ body }) => {
    asked.push(body as Record<string, unknown>);
    const path = `/v1/streams/${fakeId("str", asked.length)}`;
    return {
      status: 201,
      body: {
        streamId: fakeId("str", asked.length),
        path,
        ticket: "t",
        expiresAt: "2026-11-21T09:00:00.000Z",
      },
    };
  };
  world.routes["GET /v1/fleets/*/agents"] = () => ({
    body: {
      items: ["web-1", "web-2"].map((name, i) => ({
        ...fixtures.agent,
        id: fakeId("agt", i),
        name,
        status: "online",
      })),
      nextCursor: null,
    },
  });
  sockets = new WebSocketServer({ server: world.server.http });
  sockets.on("connection", (socket) => {
    viewers.push(socket);
    dialled();
  });
});
afterEach(async () => {
  stop.abort();
  for (const socket of sockets.clients) socket.terminate();
  await world.server.close();
});

async function viewer(number: number): Promise<WebSocket> {
  while (viewers.length < number) {
    await new Promise<void>((resolve) => {
      dialled = resolve;
    });
  }
  const socket = viewers[number - 1];
  if (!socket) throw new Error("nobody dialled");
  return socket;
}

const say = (socket: WebSocket, ...records: object[]) =>
  socket.send(
    dataFrame(
      channels.stdout,
      new TextEncoder().encode(records.map((record) => `${JSON.stringify(record)}\n`).join("")),
    ),
  );
const control = (socket: WebSocket, message: ControlMessage) => socket.send(controlFrame(message));
const end = (socket: WebSocket) => {
  control(socket, { type: "exit", code: 0, signal: null, reason: "exited" });
  socket.close(4000);
};
const line = (l: string, c: string, t: number | null = null, s = "program") => ({ t, s, o: null, l, c });

function begin(argv: string[]) {
  const printed: string[] = [];
  let wake = () => {};
  const ran: Promise<Ran> = runCli(argv, {
    env: { XDG_CONFIG_HOME: world.home, MUSTER_URL: world.server.url, MUSTER_API_KEY: "mk_test" },
    signal: stop.signal,
    onStdout(text) {
      printed.push(...text.split("\n").filter((one) => one !== ""));
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

it("prints what there is, with what was dropped in its place, and ends", async () => {
  const { ran } = begin(["logs", "web-1", "--since", "10m", "--grep", "x", "-i"]);
  const socket = await viewer(1);
  control(socket, { type: "ready", resumed: false, received: 0 });
  say(socket, { sources: [] }, line("one x", "1"));
  // A line may come in two frames.
  const text = new TextEncoder().encode(`${JSON.stringify(line("zwölf x", "2"))}\n`);
  socket.send(dataFrame(channels.stdout, text.subarray(0, 40)));
  socket.send(dataFrame(channels.stdout, text.subarray(40)));
  end(socket);
  const { stdout, code } = await ran;
  expect([stdout, code]).toEqual(["one x\nzwölf x\n", 0]);
  expect(asked[0]).toMatchObject({ follow: false, text: "x", ignoreCase: true, sources: [] });
  expect(Date.parse(String(asked[0]?.since))).not.toBeNaN();
});

it("says so when there is nothing to print", async () => {
  const { ran } = begin(["logs", "web-1"]);
  const socket = await viewer(1);
  control(socket, { type: "ready", resumed: false, received: 0 });
  say(socket, { sources: [] });
  end(socket);
  const { stdout, stderr, code } = await ran;
  expect([stdout, code]).toEqual(["", 0]);
  expect(stderr).toContain("No lines");
});

it("follows, begins anew behind the last lines when the connection breaks, and ends with 130 on Ctrl-C", async () => {
  const { ran, lines } = begin(["logs", "web-1", "-f", "--json"]);
  const first = await viewer(1);
  control(first, { type: "ready", resumed: false, received: 0 });
  say(first, { sources: [] }, line("one", "c1"), line("other", "d1", null, "file//a"));
  await lines(2);
  first.terminate();
  const second = await viewer(2);
  expect(asked[1]).toMatchObject({ cursors: { program: "c1", "file//a": "d1" }, lines: 0, follow: true });
  control(second, { type: "ready", resumed: false, received: 0 });
  control(second, { type: "dropped", lines: 12 });
  say(second, line("two", "c2", 1_795_251_600_000));
  const printed = (await lines(4)).map((text) => JSON.parse(text));
  expect(printed.map(({ text, dropped }) => [text, dropped])).toEqual([
    ["one", 0],
    ["other", 0],
    ["", 12],
    ["two", 0],
  ]);
  expect(printed[3]).toMatchObject({ agent: "web-1", at: "2026-11-21T09:00:00.000Z", cursor: "c2" });
  stop.abort();
  const { code, stderr } = await ran;
  expect(code).toBe(130);
  expect(stderr).toContain("again in 1s");
});

it("puts the lines of several agents in order of time, then follows each behind its last", async () => {
  const { ran, lines } = begin(["logs", "--selector", "role=web", "-f"]);
  const pair = [await viewer(1), await viewer(2)];
  const [one, two] = pair;
  if (!one || !two) throw new Error("two were to dial");
  for (const socket of pair) control(socket, { type: "ready", resumed: false, received: 0 });
  say(one, line("late", "a1", 3_000), line("with it", "a2"));
  say(two, line("early", "b1", 1_000));
  for (const socket of pair) end(socket);
  const printed = await lines(3);
  expect(printed.map((text) => text.split(" ").slice(1).join(" "))).toEqual(["early", "late", "with it"]);
  await viewer(4);
  expect(asked.slice(2).map(({ cursors, follow }) => [cursors, follow])).toEqual(
    expect.arrayContaining([
      [{ program: "a2" }, true],
      [{ program: "b1" }, true],
    ]),
  );
  stop.abort();
  expect((await ran).code).toBe(130);
});

it("says why an agent refuses, and what is wrong with the line", async () => {
  const { ran } = begin(["logs", "web-1", "--source", "file//etc/shadow"]);
  const socket = await viewer(1);
  control(socket, { type: "ready", resumed: false, received: 0 });
  control(socket, { type: "error", code: "refused", message: "this host's agent does not show /etc/shadow" });
  control(socket, { type: "exit", code: null, signal: null, reason: "refused" });
  socket.close(4000);
  const refused = await ran;
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("does not show /etc/shadow")]);
  for (const [argv, words] of [
    [["logs"], "Name an agent"],
    [["logs", "web-1", "--selector", "a=b"], "Name an agent"],
    [["logs", "web-1", "-f", "--kept"], "does not go on"],
    [["logs", "web-1", "--since", "yesterday"], "must be a duration"],
  ] as const) {
    const { code, stderr } = await begin([...argv]).ran;
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  }
});

it("prints what is kept in the order in which it was written", async () => {
  const { stdout } = await begin(["logs", "web-1", "--kept"]).ran;
  expect(stdout).toBe("program ready\nprogram --- 7 dropped ---\nprogram ERROR cannot bind\n");
});
