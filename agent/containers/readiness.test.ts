/** Health commands, in containers of an engine that a test holds in its hands. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { ContainerEngine, ContainerExec } from "./engine.ts";
import { askHealth, type Placed } from "./readiness.ts";

function engineOf(says: Partial<ContainerExec>) {
  const done: (string | 0)[] = [];
  const running: ContainerExec = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    exit: new Promise(() => {}),
    resize: async () => {},
    signal: async (name) => done.push(name) > 0,
    close: () => void done.push("close"),
    ...says,
  };
  const health = { command: ["check"], timeoutSeconds: 0.1 };
  // Only what is asked of them here.
  const placed = { spec: { health }, id: "api", reach: new Map() } as unknown as Placed;
  const engine = { exec: async () => running } as Partial<ContainerEngine> as ContainerEngine;
  return { done, running, ask: () => askHealth(placed, engine) };
}

test("one that does not end is killed, so that the next one is alone", async () => {
  const { ask, done } = engineOf({});
  expect(await ask()).toBe("check did not end within 0.1 s");
  expect(done).toEqual(["SIGKILL", "close"]);
});

test("of one that writes and writes, the end is told", async () => {
  const { ask, running } = engineOf({ exit: new Promise((resolve) => setTimeout(resolve, 50, { code: 3 })) });
  const stdout = running.stdout as PassThrough;
  for (let line = 0; line < 1_000; line++) stdout.write(`line ${line}\n`);
  stdout.end("the last");
  (running.stderr as PassThrough).end();
  const told = (await ask()) ?? "";
  expect(told).toContain("check exited with code 3");
  expect(told).toMatch(/the last$/);
  expect(told).not.toContain("line 1\n");
});
