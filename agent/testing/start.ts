import { afterEach } from "vitest";
import type { AgentSettings } from "../agent-settings.ts";
import { type ProgramAtStop, type RunningAgent, runAgent } from "../run.ts";
import { quickTuning } from "./greeter-agent.ts";
import { OpampServer } from "./opamp-server.ts";

/** Servers and agents that end with their test, the newest first. */
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export async function startServer(): Promise<OpampServer> {
  const server = await OpampServer.start();
  cleanups.push(() => server.stop());
  return server;
}

/** `lines` gets what the agent logs. */
export async function startAgent(
  settings: AgentSettings,
  lines: string[] = [],
  tuning = quickTuning,
): Promise<RunningAgent> {
  const agent = await runAgent(settings, (level, message) => lines.push(`${level} ${message}`), tuning);
  let running = true;
  const stop = async (program?: ProgramAtStop) => {
    if (running) await agent.stop(program);
    running = false;
  };
  cleanups.push(() => stop());
  return { stop, left: agent.left };
}

export const lastStatus = (server: OpampServer, status: string) => {
  const last = server.statuses.at(-1);
  return last?.status === status ? last : null;
};
