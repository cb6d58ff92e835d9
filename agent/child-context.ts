import { existsSync } from "node:fs";
import type { SuperviseSettings } from "./settings/supervise.ts";

/** Where the supervised program, its validator and its probes run, and with which environment. */
export interface ChildContext {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** What an agent and who starts it tell each other by the environment. */
const ofAgents = /^(MUSTER_TOKEN|MUSTER_AGENT_\w+)$/;

/** The agent's own environment without what is the agent's alone, the settings' `env`, and MUSTER_CONFIG_DIR. */
export function childContext(supervise: SuperviseSettings | null, configDir: string): ChildContext {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofAgents.test(name)));
  return {
    cwd: supervise?.cwd ?? process.cwd(),
    env: { ...inherited, ...supervise?.env, MUSTER_CONFIG_DIR: configDir },
  };
}

/** Why a program could not be started. The system names the program also where it is the folder that is missing. */
export function startProblem(error: NodeJS.ErrnoException, cwd: string): string {
  return error.code === "ENOENT" && !existsSync(cwd)
    ? `the folder ${cwd} of supervise.cwd does not exist: make it, or change it in the agent's settings`
    : error.message;
}
