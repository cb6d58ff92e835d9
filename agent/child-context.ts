import type { SuperviseSettings } from "./settings/supervise.ts";

/** Where the supervised program, its validator and its probes run, and with which environment. */
export interface ChildContext {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** The agent's own environment without its enrolment token, the settings' `env`, and MUSTER_CONFIG_DIR. */
export function childContext(supervise: SuperviseSettings | null, configDir: string): ChildContext {
  const { MUSTER_TOKEN: _, ...inherited } = process.env;
  return {
    cwd: supervise?.cwd ?? process.cwd(),
    env: { ...inherited, ...supervise?.env, MUSTER_CONFIG_DIR: configDir },
  };
}
