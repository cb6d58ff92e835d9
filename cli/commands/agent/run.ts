import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { exitCodes, Failure } from "../../exit-codes.ts";
import { command } from "../../spec.ts";

const launcher = fileURLToPath(new URL("../../../bin/muster-agent.mjs", import.meta.url));

/** Runs the agent as a child on our terminal and answers its exit code; Ctrl-C and SIGTERM reach it too. */
export async function runAgentProgram(argv: string[], signal: AbortSignal): Promise<number> {
  if (!existsSync(launcher)) {
    process.stderr.write(`muster: the agent is not here (${launcher}). Install Muster whole.\n`);
    return exitCodes.failed.code;
  }
  const child = spawn(process.execPath, [launcher, "run", ...argv], { stdio: "inherit" });
  signal.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
  return new Promise((resolve) => {
    child.once("error", (error) => {
      process.stderr.write(`muster: the agent could not be started: ${error.message}\n`);
      resolve(exitCodes.failed.code);
    });
    child.once("exit", (code) => resolve(code ?? exitCodes.interrupted.code));
  });
}

/** Only for the help: `main.ts` hands `agent run` over before options are read. */
export const runAgent = command({
  name: "run",
  summary: "Run the Muster agent on this machine",
  about: "All options go to the agent; see `muster agent run --help`.",
  examples: [
    "muster agent run --endpoint wss://muster.example/v1/opamp --token <enrolment token>",
    "muster agent run --config agent.yaml",
  ],
  answer: null,
  async run() {
    throw new Failure("usage", "Put options after `muster agent run`, not before: they go to the agent.");
  },
});
