import type { Command } from "commander";
import { askLocalStatus, type LocalStatus } from "../local-status.ts";
import { addWhichOptions, explainDenied, findAgent, type WhichAgent } from "./which-agent.ts";

const notRunning = 3;

async function status(flags: WhichAgent): Promise<void> {
  const { stateDir } = findAgent(flags);
  const found = await askLocalStatus(stateDir).catch((error) => explainDenied(error, stateDir));
  if (flags.json) process.stdout.write(`${JSON.stringify({ running: found !== null, agent: found })}\n`);
  else
    process.stdout.write(
      found
        ? `${statusText(found)}\n`
        : `no agent runs on ${stateDir}: start it (muster-agent doctor says what it lacks), or name its folder with --state-dir\n`,
    );
  if (!found) process.exitCode = notRunning;
  else if (!found.connection.open || found.health?.healthy === false) process.exitCode = 1;
}

export function statusText(agent: LocalStatus): string {
  const { config } = agent;
  return [
    ["agent", `${agent.name} (${agent.type}), version ${agent.version}, pid ${agent.pid}`],
    ["running since", agent.startedAt],
    ["connection", connectionLine(agent)],
    ["credential", credential(agent)],
    ["program", program(agent)],
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

function connectionLine({ connection, endpoint, retired }: LocalStatus): string {
  if (connection.open) return `open to ${endpoint} since ${connection.since}`;
  if (retired)
    return `none: it was decommissioned (${retired.reason}) and dials no more; only another enrolment token lets it in: muster-agent install --token …`;
  return `none: ${connection.problem ?? `dialling ${endpoint}`}`;
}

function credential({ enrolled, retired }: LocalStatus): string {
  if (retired) return "none any more";
  return enrolled ? "its own" : "the enrolment token, not yet traded";
}

function program({ program: condition, config, retired, supervises }: LocalStatus): string {
  if (condition.state === "running") return `running since ${new Date(condition.sinceMs).toISOString()}`;
  if (condition.state === "backing_off") return `ended ${condition.exits} times: ${condition.error}`;
  if (retired?.stopped) return "ended, since the agent was decommissioned with it";
  if (condition.state === "stopped") return "stopped";
  if (!supervises) return 'none: the settings name no "supervise", so it only writes files';
  return config.configStatus === null
    ? "waits for its first config from Muster, and starts with that"
    : "does not run: Muster has no config for it now; it starts with the next";
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
