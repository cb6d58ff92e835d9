import type { Command } from "commander";
import type { DriverCondition } from "../drivers/driver.ts";
import { askLocalStatus, type LocalStatus } from "../local-status.ts";
import { addWhichOptions, explainDenied, findAgent, type WhichAgent } from "./which-agent.ts";

const notRunning = 3;

async function status(flags: WhichAgent): Promise<void> {
  const { stateDir } = findAgent(flags);
  const found = await askLocalStatus(stateDir).catch((error) => explainDenied(error, stateDir));
  if (flags.json) process.stdout.write(`${JSON.stringify({ running: found !== null, agent: found })}\n`);
  else process.stdout.write(found ? `${lines(found)}\n` : `no agent runs on ${stateDir}\n`);
  if (!found) process.exitCode = notRunning;
  else if (!found.connection.open || found.health?.healthy === false) process.exitCode = 1;
}

function lines(agent: LocalStatus): string {
  const { connection, config } = agent;
  return [
    ["agent", `${agent.name} (${agent.type}), version ${agent.version}, pid ${agent.pid}`],
    ["running since", agent.startedAt],
    [
      "connection",
      connection.open
        ? `open to ${agent.endpoint} since ${connection.since}`
        : `none: ${connection.problem ?? `dialling ${agent.endpoint}`}`,
    ],
    ["credential", agent.enrolled ? "its own" : "the enrolment token, not yet traded"],
    ["program", program(agent.program)],
    [
      "health",
      agent.health
        ? `${agent.health.status}${agent.health.error && `: ${agent.health.error}`}`
        : "not known yet",
    ],
    ["config", configLine(config)],
    ["instance", agent.instanceUid],
    ["memory", `${Math.round(agent.residentBytes / 1024 / 1024)} MB`],
  ]
    .map(([label = "", text]) => `${label.padEnd(15)}${text}`)
    .join("\n");
}

function program(condition: DriverCondition): string {
  if (condition.state === "running") return `running since ${new Date(condition.sinceMs).toISOString()}`;
  if (condition.state === "backing_off") return `ended ${condition.exits} times: ${condition.error}`;
  return condition.state === "idle" ? "nothing to run yet" : "stopped";
}

function configLine({ lastGood, applying, configStatus }: LocalStatus["config"]): string {
  if (applying) return `${applying.hash.slice(0, 12)} is being applied (${applying.step})`;
  if (configStatus?.status === "failed")
    return `${configStatus.hash.slice(0, 12)} failed: ${configStatus.error}`;
  return lastGood ? `${lastGood.slice(0, 12)} applied` : "none yet";
}

export function addStatusCommand(program: Command): void {
  addWhichOptions(program.command("status"))
    .description("how the agent of this host is")
    .addHelpText("after", "\nExit code: 0 = connected and healthy, 1 = not, 3 = no agent runs.\n")
    .action(status);
}
