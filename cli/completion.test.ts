import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { runCli } from "./testing/run.ts";

const launcher = fileURLToPath(new URL("../bin/muster.mjs", import.meta.url));

it("completes in a real bash", async () => {
  const { stdout: completion } = await runCli(["completion", "bash"]);
  const script = `
    muster() { "${process.execPath}" "${launcher}" "$@"; }
    ${completion}
    COMP_WORDS=(muster agents list --st); COMP_CWORD=3; _muster; echo "\${COMPREPLY[@]}"
    COMP_WORDS=(muster agents ""); COMP_CWORD=2; _muster; echo "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await promisify(execFile)("bash", ["--norc", "-c", script]);
  expect(stderr).toBe("");
  expect(stdout).toBe("--status\nlist get explain restart revoke delete\n");
}, 30_000);
