/** A person who leaves, with a stream that a test holds in its hands. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import { controlFrame } from "../../protocol/custom/stream-frames.ts";
import type { Cli } from "../cli.ts";
import { attach } from "../commands/exec/attach.ts";

type Started = Parameters<typeof attach>[1];

async function session(ready: boolean) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const abort = new AbortController();
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  server.on("connection", (socket) => {
    if (!ready) return abort.abort();
    socket.send(controlFrame({ type: "ready", resumed: false, received: 0 }));
    stdin.write("~.");
  });
  const told: string[] = [];
  const sink = () => ({
    columns: 80,
    rows: 24,
    write: (text: string | Uint8Array, done?: () => void) => {
      told.push(String(text));
      done?.();
    },
  });
  const cli = {
    io: { stdin, stdout: sink(), stderr: sink(), env: {} },
    output: { note: (text: string) => told.push(text) },
    signal: abort.signal,
    client: async () => ({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
  } as unknown as Cli;
  const started = {
    session: { id: "str_01JD0000000000000000000000", agentName: "web-1" },
    stream: { streamId: "str_01JD0000000000000000000000", path: "/stream", ticket: "let-me-in" },
  } as unknown as Started;
  const code = await attach(cli, started, { interactive: ready, tty: ready });
  return { code, told: told.join("") };
}

test("who leaves by ~. is told so once, and gets the exit code that ssh gives", async () => {
  const { code, told } = await session(true);
  expect(code).toBe(255);
  expect(told).toContain("Left.");
  expect(told).not.toContain("The session ended");
});

test("Ctrl-C before it runs ends it at once, as interrupted", async () => {
  expect(await session(false)).toEqual({ code: 130, told: "muster: Interrupted." });
});
