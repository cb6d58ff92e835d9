import { fleetNames } from "../../../db/queries/fleets.ts";
import { findOrganization } from "../../../db/queries/organizations.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Platform } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";

const atOnce = 20;

/**
 * Tells every fleet of an organization to let no agent in while that is deleted, and to let them in when it is not;
 * answers how many were not told.
 */
export async function tellFleets(platform: Platform, organizationId: OrganizationId): Promise<number> {
  for (;;) {
    const closed = await isDeleted(platform, organizationId);
    const untold = await tell(platform, organizationId, closed);
    // When it was deleted or restored meanwhile, who told of that may have been first, and we last.
    if ((await isDeleted(platform, organizationId)) === closed) return untold;
  }
}

/** One that is erased is, too. */
async function isDeleted({ db }: Platform, organizationId: OrganizationId): Promise<boolean> {
  return (await findOrganization(db, organizationId))?.deletedAt !== null;
}

async function tell(platform: Platform, organizationId: OrganizationId, closed: boolean): Promise<number> {
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
