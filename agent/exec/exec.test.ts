/** Commands as the agent runs them, with a link that a test holds in its hands. */
import { expect, onTestFinished, test } from "vitest";
import {
  type ControlMessage,
  channels,
  type DataChannel,
  type ExecSpec,
  windowBytes,
} from "../../protocol/custom/streams.ts";
import { until } from "../../test/harness/until.ts";
import { defaultExec, type ExecSettings } from "../settings/exec.ts";
import { execStreams } from "./exec.ts";

const credits = (controls: ControlMessage[]) =>
  controls.reduce((sum, message) => sum + (message.type === "credit" ? message.bytes : 0), 0);

const plain: ExecSpec = {
  command: [],
  tty: false,
  size: { cols: 80, rows: 24 },
  term: "xterm",
  container: null,
};

function host(settings: Partial<ExecSettings> = {}) {
  return execStreams({ settings: { ...defaultExec, ...settings }, engine: async () => null, log: () => {} });
}

async function open(spec: Partial<ExecSpec>, serve = host()) {
  const texts = ["", "", ""];
  const controls: ControlMessage[] = [];
  let closed = false;
  const link = {
    data: (channel: DataChannel, data: Uint8Array) => {
      texts[channel] += Buffer.from(data).toString("utf8");
    },
    control: (message: ControlMessage) => void controls.push(message),
    close: () => {
      closed = true;
    },
  };
  const message = {
    streamId: "str_01JD0000000000000000000000" as const,
    path: "/v1/streams/str_01JD0000000000000000000000",
    ticket: "",
    kind: "exec" as const,
    spec: { ...plain, ...spec },
  };
  const server = await serve(message, link);
  onTestFinished(() => server.stop());
  const exit = () => until("the end", () => controls.find((one) => one.type === "exit") ?? null, 20_000);
  return {
    server,
    controls,
    exit,
    isClosed: () => closed,
    text: (channel: DataChannel) => texts[channel] ?? "",
    begin: () => server.onControl({ type: "ready", resumed: false, received: 0 }),
    type: (text: string) => server.onData(channels.stdin, Buffer.from(text)),
  };
}

test("starts nothing before the viewer is there", async () => {
  const session = await open({ command: ["echo", "hi"] });
  expect(session.controls).toEqual([]);
  session.begin();
  expect(await session.exit()).toEqual({ type: "exit", code: 0, signal: null, reason: "exited" });
  expect(session.text(1)).toBe("hi\n");
});

test("holds the program up until the viewer gives credit, and loses nothing", async () => {
  const session = await open({ command: ["sh", "-c", "seq 1 200000"] });
  session.begin();
  await until("the window is full", () => session.text(1).length >= windowBytes);
  expect(session.text(1)).toHaveLength(windowBytes);
  expect(session.controls).toEqual([]);
  let given = 0;
  await until("the end", () => {
    const got = session.text(1).length;
    if (got > given) session.server.onControl({ type: "credit", bytes: got - given });
    given = got;
    return session.controls.some(({ type }) => type === "exit");
  });
  const wanted = Array.from({ length: 200_000 }, (_, at) => `${at + 1}\n`).join("");
  expect(session.text(1)).toBe(wanted);
});

test("sends again from where a viewer that comes back was", async () => {
  const session = await open({ command: ["cat"] });
  session.begin();
  session.type("one two");
  await until("it came back", () => session.text(1) === "one two");
  session.server.onControl({ type: "ready", resumed: true, received: 4 });
  expect(session.text(1)).toBe("one twotwo");
  expect(session.controls.at(-1)).toEqual({ type: "ready", resumed: true, received: 7 });
  session.server.onControl({ type: "eof" });
  expect(await session.exit()).toMatchObject({ code: 0 });
});

test("tells of a program that a signal ended", async () => {
  const session = await open({ command: ["sleep", "1000"] });
  session.begin();
  session.server.onControl({ type: "signal", name: "SIGTERM" });
  expect(await session.exit()).toEqual({ type: "exit", code: null, signal: "SIGTERM", reason: "exited" });
});

test("goes on where a command leaves its input unread", async () => {
  const session = await open({ command: ["sh", "-c", "exec 0<&-; echo closed; sleep 1000"] });
  session.begin();
  await until("its input is closed", () => session.text(1) === "closed\n");
  for (let piece = 0; piece < 4; piece++) session.server.onData(channels.stdin, new Uint8Array(64 * 1024));
  await until("all of it was taken", () => credits(session.controls) === windowBytes);
  session.server.onControl({ type: "signal", name: "SIGTERM" });
  expect(await session.exit()).toMatchObject({ signal: "SIGTERM" });
});

test("hangs up on a viewer who sends more than there is credit for", async () => {
  const session = await open({ command: ["sleep", "1000"] });
  session.begin();
  const piece = new Uint8Array(64 * 1024);
  for (let count = 0; count < 12 && !session.isClosed(); count++) {
    session.server.onData(channels.stdin, piece);
  }
  expect(session.isClosed()).toBe(true);
  expect(session.controls.at(-1)).toMatchObject({ type: "error", code: "too_much" });
});

test("takes once what a viewer that comes back sends again", async () => {
  const session = await open({ command: ["wc", "-c"] });
  const text = "x".repeat(100_000);
  // Nothing was taken yet, nor is anything running.
  session.type(text);
  session.server.onControl({ type: "eof" });
  session.server.onControl({ type: "ready", resumed: true, received: 0 });
  expect(session.controls).toEqual([{ type: "ready", resumed: true, received: 0 }]);
  session.begin();
  session.type(text);
  expect(await session.exit()).toMatchObject({ code: 0 });
  expect(session.text(1).trim()).toBe("100000");
});

test("starts one program, however often it is told to", async () => {
  const session = await open({ command: ["sh", "-c", "echo begun; cat; echo over"] });
  for (let time = 0; time < 3; time++) session.begin();
  session.server.onControl({ type: "eof" });
  await session.exit();
  expect(session.text(1)).toBe("begun\nover\n");
});

test("gives a terminal of the asked size, which follows", async () => {
  const session = await open({
    command: ["sh", "-c", "stty size; read line; stty size"],
    tty: true,
    size: { cols: 91, rows: 31 },
  });
  session.begin();
  await until("its size", () => session.text(1).includes("31 91"));
  session.server.onControl({ type: "resize", cols: 120, rows: 40 });
  session.type("go on\r");
  expect(await session.exit()).toMatchObject({ code: 0 });
  expect(session.text(1)).toContain("40 120");
});

test.each<[string, Partial<ExecSettings>, Partial<ExecSpec>, string]>([
  ["no shell where only some commands may run", { commands: ["uptime"] }, {}, "allows no shell"],
  ["no other command", { commands: ["uptime"] }, { command: ["id"] }, "only: uptime"],
  ["no container", {}, { container: "api", command: ["id"] }, "exec.containers"],
])("the operator allows %s", async (_, settings, spec, words) => {
  await expect(open(spec, host(settings))).rejects.toThrow(words);
});

test("opens no pager where only some commands may run", async () => {
  const session = await open({ command: ["printenv", "SYSTEMD_PAGER"] }, host({ commands: ["printenv *"] }));
  session.begin();
  await session.exit();
  expect(session.text(1)).toBe("cat\n");
});

test("runs as many at once as the operator allows, and one more when one is over", async () => {
  const serve = host({ maxSessions: 1 });
  const first = await open({ command: ["cat"] }, serve);
  await expect(open({ command: ["cat"] }, serve)).rejects.toThrow("exec.maxSessions");
  first.server.onClose("over");
  await until("there is room", () =>
    open({ command: ["cat"] }, serve).then(
      () => true,
      () => false,
    ),
  );
});

test("says why a command cannot be started", async () => {
  const session = await open({ command: ["no-such-program"] });
  session.begin();
  expect(await session.exit()).toMatchObject({ reason: "refused" });
  expect(session.controls[0]).toMatchObject({
    type: "error",
    message: expect.stringContaining("no-such-program"),
  });
});
