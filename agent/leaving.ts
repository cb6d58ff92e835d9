import type { DecommissionMessage } from "../protocol/custom/decommission.ts";
import type { Applier } from "./apply/applier.ts";
import { problemText } from "./apply/file-problem.ts";
import type { Credential } from "./credential.ts";
import type { AgentDriver } from "./drivers/driver.ts";
import type { Log } from "./log.ts";

export interface Leaving {
  credential: Credential;
  applier: Applier;
  driver: AgentDriver;
  /** What this agent has to do with the server. */
  ties: readonly { stop(): Promise<void> }[];
  log: Log;
}

/** The server lets this agent go, for good: nobody reaches the host through it, and what it runs ends if that is asked. */
export function leave(parts: Leaving, { reason, keepRunning }: DecommissionMessage): void {
  const { applier, credential, driver, log, ties } = parts;
  credential.retire(reason, keepRunning);
  for (const tie of ties) void tie.stop().catch(complaint(log, "the agent's end"));
  if (keepRunning) return;
  applier.stop();
  // An apply that is under way might start it once more.
  void applier
    .settled()
    .then(() => (driver.remove ? driver.remove() : driver.stop()))
    .catch(complaint(log, "what it runs cannot be ended; start the agent anew to try again"));
}

/** At the start of an agent that was let go with what it ran: what is left of that, if anything. */
export async function stayStopped(driver: AgentDriver, log: Log): Promise<void> {
  await driver.endLeftOver?.().catch(complaint(log, "what it ran cannot be ended"));
  // An engine that does not answer must not hold up the start.
  void driver
    .remove?.()
    .catch(complaint(log, "what it ran cannot be removed; start the agent anew to try again"));
}

const complaint = (log: Log, what: string) => (error: unknown) =>
  log("error", `${what}: ${problemText(error)}`);
