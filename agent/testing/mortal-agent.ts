/**
 * Runs an agent for a test that kills it at any moment: `mortal-agent.ts <endpoint> <stateDir>`. Its program notes what
 * it was started with, as `a|b|c|pid` lines in `<stateDir>/served`, and ends when its config says so.
 */
import { join } from "node:path";
import { logToStderr } from "../log.ts";
import { runAgent } from "../run.ts";
import { filesSettings } from "./greeter-agent.ts";

const [endpoint = "", stateDir = ""] = process.argv.slice(2);
const served = join(stateDir, "served");

const first = (name: string) => `$(head -n 1 "$MUSTER_CONFIG_DIR/${name}")`;
const program = `echo "${first("a.conf")}|${first("sub/b.conf")}|${first("c.conf")}|$$" >> "${served}"
case "${first("a.conf")}" in *bad*) exit 1 ;; esac
exec sleep 86413`;
/** Of the program that runs now, and not of the one before it. */
const probe = `last=$(tail -n 1 "${served}"); kill -0 "\${last##*|}" || exit 1
case "$last" in "${first("a.conf")}|"*) ;; *) exit 1 ;; esac`;

await runAgent(
  {
    ...filesSettings(endpoint, stateDir),
    applyBudget: 0,
    supervise: {
      command: "sh",
      args: ["-c", program],
      cwd: stateDir,
      env: {},
      validate: { command: ["test", "-s", "{configDir}/sub/b.conf"], timeoutMs: 10_000 },
      reload: { kind: "restart" },
      verify: {
        probe: { kind: "command", command: ["sh", "-c", probe] },
        failOnOutput: null,
        timeoutMs: 20_000,
      },
      stopGraceMs: 2_000,
      version: null,
    },
  },
  logToStderr,
  {
    redialPace: { firstMs: 10, capMs: 50, refusedMs: 50 },
    verifyPace: { settleMs: 5, betweenMs: 5, successes: 2, probeTimeoutMs: 10_000 },
    health: { everyMs: 1_000, soonMs: 500 },
  },
);
