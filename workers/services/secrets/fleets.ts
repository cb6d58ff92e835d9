import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { SecretRow } from "../../../db/queries/inputs.ts";
import { fleetsOfEnvironment } from "../../../db/queries/secrets.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { Platform } from "../context.ts";

const fleetsAtOnce = 50;

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
