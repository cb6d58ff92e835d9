import { expect, test } from "vitest";
import { exitOf } from "./commands/exec/exit.ts";
import { escapeWatch } from "./exec/terminal.ts";

test.each([
  [{ code: 0, signal: null, reason: "exited" as const }, 0, null],
  [{ code: 7, signal: null, reason: "exited" as const }, 7, null],
  [{ code: null, signal: "SIGINT", reason: "exited" as const }, 130, null],
  [{ code: null, signal: "SIGKILL", reason: "exited" as const }, 137, null],
  [{ code: null, signal: null, reason: "timeout" as const }, 124, "its time was over"],
  [{ code: null, signal: null, reason: "agent_gone" as const }, 125, "the agent's connection was lost"],
])("%j ends with %i", (end, code, text) => {
  expect(exitOf(end)).toEqual({ code, text: text === null ? null : `The session ended: ${text}.` });
});

test.each([
  [["~."], true],
  [["~", "."], true],
  [["ls\r", "~", "."], true],
  [["ls ~."], false],
  [["~x."], false],
  [["~", "\r", "."], false],
])("%j leaves: %s", (keys, leaves) => {
  const watch = escapeWatch();
  expect(keys.some((typed) => watch(Buffer.from(typed)))).toBe(leaves);
});
