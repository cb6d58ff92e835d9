import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import type { FileSettings } from "../settings.ts";
import type { AgentState } from "../state-file.ts";
import { enrolCommand, type Places } from "./places.ts";
import { savedState } from "./used-token.ts";

/** Whether a connection ended for what only a new token mends: the server takes this credential from nobody. */
export const isRefused = (problem: string | null | undefined): boolean =>
  /refused the credential|closed \(1008: The enrolment token/.test(problem ?? "");

/** Neither a credential nor a token to get one with. One that was decommissioned runs without. */
export function lacksAccess(
  places: Places,
  settings: FileSettings | null,
  saved: Partial<AgentState> | null,
): boolean {
  if (settings?.token || existsSync(places.environment)) return false;
  return !saved?.connection && !saved?.candidate && !saved?.retired;
}

/** Why an agent that is about to be installed and started cannot connect; null = it may. */
export function enrolmentProblem(
  places: Places,
  settings: FileSettings | null,
  wishes: { endpoint: string | null; token: string | null; start: boolean },
): string | null {
  const saved = savedState(places.stateDir);
  const enrol = enrolCommand(places);
  if (wishes.token !== null && saved?.retired?.tokenHash === sha256(wishes.token))
    return `the agent of this host was decommissioned (${saved.retired.reason}), and this is the token that it once enrolled with. Make a new one and run: ${enrol}`;
  if (!wishes.start) return null;
  if (!wishes.endpoint && !settings?.endpoint && !saved?.connection)
    return `it needs to know where to dial: ${enrol} --endpoint wss://<host>/v1/opamp`;
  if (wishes.token === null && lacksAccess(places, settings, saved))
    return `it needs an enrolment token to join a fleet: make one in Muster and run: ${enrol}`;
  return null;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
