import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { type Places, presentPlaces } from "../service/places.ts";
import { type FileSettings, parseSettings } from "../settings.ts";

export interface WhichAgent {
  config?: string;
  stateDir?: string;
  json?: boolean;
}

/** The agent of this host that a person asks about. */
export interface AgentHere {
  places: Places;
  /** Path of its settings file; null = there is none. */
  settingsFile: string | null;
  settings: FileSettings | null;
  /** Why the settings cannot be read; null = they can, or there are none. */
  settingsProblem: string | null;
  stateDir: string;
}

export function addWhichOptions(command: Command): Command {
  return command
    .option("-c, --config <file>", "the agent's settings file; default: that of the installed agent")
    .option("-s, --state-dir <folder>", "the agent's state folder; default: what the settings say")
    .option("--json", "answer as JSON");
}

export function findAgent(flags: WhichAgent): AgentHere {
  const places = presentPlaces();
  const file = flags.config ?? (existsSync(places.settings) ? places.settings : null);
  let settings: FileSettings | null = null;
  let settingsProblem: string | null = null;
  try {
    if (file) settings = parseSettings(readFileSync(file, "utf8"), file, process.env);
  } catch (error) {
    settingsProblem = error instanceof Error ? error.message : String(error);
  }
  return {
    places,
    settingsFile: file,
    settings,
    settingsProblem,
    stateDir: resolve(flags.stateDir ?? settings?.stateDir ?? places.stateDir),
  };
}

/** Throws what a person can do about a folder that only the agent's user may look into. */
export function explainDenied(error: unknown, stateDir: string): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM")
    throw new Error(`only root and the agent's own user may look into ${stateDir}: run this with sudo`);
  throw error;
}
