/** Commands in containers, by an engine that a test holds in its hands. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { ContainerEngine, ContainerExec } from "../containers/engine.ts";
import { startInContainer } from "./in-container.ts";

const gone = () => Promise.reject(new Error("the engine has gone"));

async function started(says: Partial<ContainerExec> = {}) {
  const signals: (string | 0)[] = [];
  const warnings: string[] = [];
  const running: ContainerExec = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    exit: new Promise(() => {}),
    resize: async () => {},
    signal: async (name) => signals.push(name) > 0,
    close() {},
    ...says,
  };
  const engine = { exec: async () => running } as Partial<ContainerEngine> as ContainerEngine;
  const command = { container: "api", argv: ["top"], tty: true, size: { cols: 80, rows: 24 }, env: {} };
  const program = await startInContainer(engine, command, (_, text) => warnings.push(text));
  return { running, signals, warnings, program };
}

test("an engine that refuses a size, or breaks off, does no harm", async () => {
  const { program } = await started({ resize: gone, exit: gone() });
  program.resize({ cols: 100, rows: 40 });
  expect(await new Promise((resolve) => program.onEnd(resolve))).toEqual({ code: null, signal: null });
});

test("input that nobody reads any more is let go", async () => {
  const { program, running } = await started();
  const written = program.write(new Uint8Array(1024 * 1024));
  running.stdin.destroy(new Error("EPIPE"));
  await written;
  await program.write(new Uint8Array(1));
});

test("what minds being hung up is not killed, and what does not, is", async () => {
  const minds = await started({ signal: async (name) => name === "SIGHUP" });
  await minds.program.end();
  const deaf = await started();
  await deaf.program.end();
  expect(deaf.signals).toEqual(["SIGHUP", 0, 0, 0, 0, 0, "SIGKILL"]);
});

test("what cannot be ended is told", async () => {
  const { program, warnings } = await started({ signal: gone });
  program.signal("SIGINT");
  await program.end();
  expect(warnings).toEqual(["the engine has gone", "the engine has gone"]);
});
