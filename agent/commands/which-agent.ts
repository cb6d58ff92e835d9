import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { type Places, presentPlaces } from "../service/places.ts";
import { presentService } from "../service/services.ts";
import { readSettings } from "../settings/file.ts";
import type { FileSettings } from "../settings.ts";
import { FolderInUse, lockStateFolder } from "../state-file.ts";

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
  /** They are there, and this user may not read them. */
  settingsDenied?: boolean;
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
  let settingsDenied = false;
  try {
    if (file) settings = readSettings(file, process.env);
  } catch (error) {
    settingsProblem = error instanceof Error ? error.message : String(error);
    settingsDenied = error instanceof Error && isDenied(error.cause);
  }
  return {
    places,
    settingsFile: file,
    settings,
    settingsProblem,
    settingsDenied,
    stateDir: resolve(flags.stateDir ?? settings?.stateDir ?? places.stateDir),
  };
}

/** As `lockStateFolder`, for a command that needs the agent to be stopped. */
export function lockStopped({ places, stateDir }: AgentHere): () => void {
  try {
    return lockStateFolder(stateDir);
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    const service = stateDir === findAgent({}).stateDir ? presentService(places) : null;
    const how = service ? `: ${service.commands.stop}` : "";
    throw new Error(`the agent (pid ${error.pid}) runs on ${stateDir}; stop it first${how}`);
  }
}

/** Throws what a person can do about a folder that only the agent's user may look into. */
export function explainDenied(error: unknown, stateDir: string): never {
  if (isDenied(error))
    throw new Error(`only root and the agent's own user may look into ${stateDir}: run this with sudo`);
  throw error;
}

function isDenied(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "EACCES" || code === "EPERM";
}
