import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { SecretRow } from "../../../db/queries/inputs.ts";
import { fleetsOfEnvironment } from "../../../db/queries/secrets.ts";
import { done, type Outcome } from "../../../domain/errors.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { FleetScope, SecretUse } from "../../../protocol/rpc/fleet.ts";
import type { FleetStub, Platform } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";

const fleetsAtOnce = 50;

export const heldNowhere: SecretUse = { held: [], versions: [] };

type Place = Pick<SecretRow, "organizationId" | "environmentId" | "fleetId">;

/** Fleets that may hold the secret, some at a time. */
export async function* fleetsOf({ db }: Platform, row: Place): AsyncGenerator<FleetRow[]> {
  let after: FleetId | null = null;
  for (;;) {
    const page: FleetRow[] = await fleetsOfEnvironment(db, row.organizationId, row.environmentId, {
      limit: fleetsAtOnce,
      after,
      fleetId: row.fleetId,
    });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (!last || page.length < fleetsAtOnce) return;
    after = last.id;
  }
}

/** As `tryFleet`; `nothing` of a fleet whose object nobody has introduced yet, which therefore holds no secret. */
export async function tryHolder<T>(
  platform: Platform,
  fleet: FleetRow,
  nothing: T,
  call: (stub: FleetStub, scope: FleetScope) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const outcome = await tryFleet(platform, fleet, call);
  return !outcome.ok && outcome.refusal.code === "not_found" ? done(nothing) : outcome;
}
