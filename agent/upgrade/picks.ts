import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../durable-file.ts";

/** An agent that the server brought. */
export interface Pick {
  version: string;
  /** Of its program; tells one from another. */
  path: string;
}

/**
 * Which agent is to run on a state folder. `null` for a pick is the one that the host's operator installed. Every
 * version of the agent must be able to read what another wrote: fields are only ever added.
 */
export interface Picks {
  version: 1;
  /** What the host's operator installed, when an upgrade was begun: its version and how it is started. */
  base: { version: string; command: string[] };
  /** Proven. */
  current: Pick | null;
  /** Handed over to and not yet proven. `starts`: how often it was started. */
  candidate: { pick: Pick | null; starts: number; probationMs: number } | null;
  /** A candidate that did not prove itself, until the agent before has told so. */
  returned: { version: string; reason: string } | null;
}

const fileName = "agent-pick.json";

/** null = there was never another agent than the installed one. */
export function readPicks(stateDir: string): Picks | null {
  const path = join(stateDir, fileName);
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Picks;
  } catch {
    throw new Error(`${path} is not readable as JSON; remove it to run the installed agent`);
  }
}

/** Durable when it returns. */
export function writePicks(stateDir: string, picks: Picks): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  replaceFile(join(stateDir, fileName), `${JSON.stringify(picks, null, 2)}\n`, { mode: 0o600 });
}

export function forgetPicks(stateDir: string): void {
  rmSync(join(stateDir, fileName), { force: true });
}

export interface Choice {
  /** null = the installed agent. */
  pick: Pick | null;
  /** How long it has to prove itself; null = it need not. */
  probationMs: number | null;
  /** To be written before it is started; null = nothing changed. */
  picks: Picks | null;
}

/** Which agent starts now. A candidate gets one start: one that ended before it was proven does not get another. */
export function choose(picks: Picks): Choice {
  const { candidate, current } = picks;
  if (!candidate) return { pick: current, probationMs: null, picks: null };
  if (candidate.starts > 0) {
    const reason = "it ended before it was connected and well";
    return { pick: current, probationMs: null, picks: returnedPicks(picks, reason) };
  }
  const started = { ...picks, candidate: { ...candidate, starts: candidate.starts + 1 } };
  return { pick: candidate.pick, probationMs: candidate.probationMs, picks: started };
}

/** The candidate is given up. */
export function returnedPicks(picks: Picks, reason: string): Picks {
  const { candidate, base } = picks;
  if (!candidate) return picks;
  const version = candidate.pick?.version ?? base.version;
  return { ...picks, candidate: null, returned: { version, reason: `agent ${version}: ${reason}` } };
}

export function provenPicks(picks: Picks): Picks {
  const { candidate } = picks;
  return candidate ? { ...picks, current: candidate.pick, candidate: null, returned: null } : picks;
}

export const samePick = (a: Pick | null, b: Pick | null) => (a?.path ?? null) === (b?.path ?? null);
