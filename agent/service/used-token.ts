import { createHash } from "node:crypto";
import { lstatSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../durable-file.ts";
import type { AgentState } from "../state-file.ts";

const tokenLine = /^MUSTER_TOKEN=(.+)$/m;

/**
 * Takes the enrolment token out of the service's file of variables (`environment`) once the agent of `stateDir` holds the
 * credential that it got for that very token; a file that held nothing else is removed. Answers whether it did. A token
 * that the agent has not used yet stays.
 */
export function forgetUsedToken(environment: string, stateDir: string): boolean {
  const text = textOf(environment) ?? "";
  const token = tokenLine.exec(text)?.[1];
  if (token === undefined) return false;
  const state = savedState(stateDir);
  const hash = createHash("sha256").update(token).digest("hex");
  if (!state?.connection || state.enrolledBy?.tokenHash !== hash) return false;
  const others = withoutToken(text);
  if (others.trim() === "") {
    rmSync(environment);
  } else {
    const { mode, uid, gid } = statSync(environment);
    replaceFile(environment, others, { mode: mode & 0o777, owner: { uid, gid } });
  }
  return true;
}

/** Variables of the service, with `token` in place of the one that is there; the others stay. */
export function withToken(variables: string, token: string): string {
  const others = withoutToken(variables);
  return `${others}${others === "" || others.endsWith("\n") ? "" : "\n"}MUSTER_TOKEN=${token}\n`;
}

const withoutToken = (variables: string) => variables.replace(/^MUSTER_TOKEN=.*(?:\n|$)/gm, "");

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
