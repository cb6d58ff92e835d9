import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { ProgramAtStop } from "../run.ts";

/** `yes` in the environment: whoever started the agent leaves its program alone when it stops the agent. */
export const leavesVariable = "MUSTER_AGENT_LEAVES_PROGRAM";

const systemdRuns = "/run/systemd/system";
const askTimeoutMs = 2_000;

/**
 * What SIGTERM means for the program. Where nothing else is said it ends, since a container, or a unit of somebody's own,
 * would kill it without its grace. With the host it ends in order too, while there is still a network.
 */
export function atTermination(
  environment: Record<string, string | undefined> = process.env,
  goesDown: () => boolean = hostGoesDown,
): ProgramAtStop {
  return environment[leavesVariable] === "yes" && !goesDown() ? "stays" : "ends";
}

/** The host, or the user's own manager, which goes with the user's last session. */
function hostGoesDown(): boolean {
  return existsSync(systemdRuns) && (isStopping("--system") || isStopping("--user"));
}

function isStopping(manager: "--system" | "--user"): boolean {
  const asked = spawnSync("systemctl", [manager, "is-system-running"], {
    encoding: "utf8",
    timeout: askTimeoutMs,
  });
  return asked.stdout?.trim() === "stopping";
}
