import { fleetNames } from "../../../db/queries/fleets.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Platform } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";

const atOnce = 20;

/** Tells every fleet of an organization to let no agent in, or to let them in again; answers how many were not told. */
export async function closeFleets(
  platform: Platform,
  organizationId: OrganizationId,
  closed: boolean,
): Promise<number> {
  const fleets = await fleetNames(platform.db, organizationId);
  let untold = 0;
  for (let at = 0; at < fleets.length; at += atOnce) {
    const outcomes = await Promise.all(
      fleets
        .slice(at, at + atOnce)
        .map(({ id }) =>
          tryFleet(platform, { id, organizationId }, (stub, scope) => stub.setClosed(scope, closed)),
        ),
    );
    untold += outcomes.filter(({ ok }) => !ok).length;
  }
  return untold;
}
