import { DomainError, done, type Outcome, refuse, refused } from "../../domain/errors.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { FleetParts } from "./assembly.ts";

/** Only the fleet's own tenant is answered; anyone else's call finds nothing. */
export function answer<T>(parts: FleetParts, scope: FleetScope, work: (parts: FleetParts) => T): Outcome<T> {
  return outcome(() => {
    const own = parts.store.scope;
    if (own?.organizationId !== scope.organizationId || own.fleetId !== scope.fleetId) {
      refuse("not_found", `There is no fleet ${scope.fleetId}`);
    }
    return work(parts);
  });
}

/** Refusals travel as values, since RPC loses an exception's class. */
export function outcome<T>(work: () => T): Outcome<T> {
  try {
    return done(work());
  } catch (error) {
    if (error instanceof DomainError) return refused(error.refusal);
    throw error;
  }
}
