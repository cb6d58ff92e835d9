import { createHash } from "node:crypto";
import { lstatSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { AgentState } from "../state-file.ts";

/**
 * Removes the file with the enrolment token (`environment`) once the agent of `stateDir` holds the credential that it
 * got for that very token. Answers whether it did. One that the agent has not used yet stays.
 */
export function forgetUsedToken(environment: string, stateDir: string): boolean {
  const token = /^MUSTER_TOKEN=(.+)$/m.exec(textOf(environment) ?? "")?.[1];
  if (token === undefined) return false;
  const state = savedState(stateDir);
  const hash = createHash("sha256").update(token).digest("hex");
  if (!state?.connection || state.enrolledBy?.tokenHash !== hash) return false;
  rmSync(environment);
  return true;
}

/** What the agent of a state folder knows; null = none ran there, or it cannot be read. */
export function savedState(stateDir: string): Partial<AgentState> | null {
  try {
    return JSON.parse(textOf(join(stateDir, "state.json")) ?? "null");
  } catch {
    return null;
  }
}

/** The state folder is the agent's, and root reads here: nothing but a file counts. */
function textOf(path: string): string | null {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, "utf8") : null;
}
