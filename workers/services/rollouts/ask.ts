import type { RolloutRow } from "../../../db/queries/rollouts.ts";
import { DomainError, type Outcome } from "../../../domain/errors.ts";
import type { FleetScope } from "../../../protocol/rpc/fleet.ts";
import type { FleetStub, Platform } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";

export const addressOf = (row: RolloutRow) => ({ id: row.fleetId, organizationId: row.organizationId });

/** Asks the fleet about one of its rollouts. One that the fleet has not taken yet is `unavailable`, not missing. */
export async function askRollout<T>(
  platform: Platform,
  row: RolloutRow,
  call: (stub: FleetStub, scope: FleetScope) => Promise<Outcome<T>>,
): Promise<T> {
  const outcome = await tryFleet(platform, addressOf(row), call);
  if (outcome.ok) return outcome.value;
  if (outcome.refusal.code === "not_found" && row.deliveredAt === null) {
    throw new DomainError({
      code: "unavailable",
      detail: `The fleet has not taken the order of rollout ${row.id} yet; it is sent again by itself. Try again in a minute, or abort it: muster rollouts abort ${row.id}`,
      retryAfterSeconds: 60,
    });
  }
  throw new DomainError(outcome.refusal);
}
