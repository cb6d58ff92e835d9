import type { Database, Statement } from "./client.ts";
import { type Guard, write } from "./write.ts";

export { type Guard, GuardFailed, UniqueViolation } from "./write.ts";

/** Why a write needs no audit row: it is nobody's decision, or is told elsewhere. The list is closed on purpose. */
export type UnauditedReason =
  | "a key's last use"
  | "a session's upkeep"
  | "counting guesses"
  | "an idempotency key"
  | "delivery to a fleet"
  | "history from a fleet"
  | "mail on its way"
  | "metering"
  | "a sign-in under way"
  | "sealing the audit chain"
  | "sealing secrets anew"
  | "removal of what has expired";

/** The one way to write without an audit row. */
export function writeUnaudited(
  db: Database,
  _reason: UnauditedReason,
  statements: readonly Statement[],
  guards: readonly Guard[] = [],
): Promise<number[]> {
  return write(db, statements, guards);
}
