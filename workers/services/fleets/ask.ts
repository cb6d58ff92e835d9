import { findPlan } from "../../../db/queries/quotas.ts";
import type { LocationHint } from "../../../db/schema/fleets.ts";
import { type Outcome, unwrap } from "../../../domain/errors.ts";
import type { FleetId, OrganizationId } from "../../../domain/ids.ts";
import { planTerms } from "../../../domain/tenancy/plans.ts";
import type { FleetScope } from "../../../protocol/rpc/fleet.ts";
import type { FleetStub, Platform } from "../context.ts";

/** What is needed to find a fleet's object and to introduce it to itself. */
export interface FleetAddress {
  id: FleetId;
  organizationId: OrganizationId;
  locationHint?: LocationHint | null;
}

export const opampEndpoint = (publicUrl: string): string => `${publicUrl.replace(/^http/, "ws")}/v1/opamp`;

export function stubOf(platform: Platform, fleet: FleetAddress): { stub: FleetStub; scope: FleetScope } {
  const scope = { organizationId: fleet.organizationId, fleetId: fleet.id };
  return { stub: platform.fleet(scope, fleet.locationHint ?? undefined), scope };
}

/** Tells the fleet's object who it is, and how many agents the plan allows. */
export async function configureFleet(
  platform: Platform & { publicUrl: string },
  fleet: FleetAddress,
): Promise<void> {
  const { stub, scope } = stubOf(platform, fleet);
  const plan = await findPlan(platform.db, fleet.organizationId);
  const settings = {
    opampEndpoint: opampEndpoint(platform.publicUrl),
    ...(plan && { agentLimit: planTerms[plan].quotas.agentsPerFleet }),
  };
  unwrap(await stub.configure(scope, settings));
}

/**
 * Asks a fleet's object, as an outcome. A call that does not get through becomes `unavailable`: the metadata store
 * knows the fleet, so trying again is right.
 */
export async function tryFleet<T>(
  platform: Platform,
  fleet: FleetAddress,
  call: (stub: FleetStub, scope: FleetScope) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const { stub, scope } = stubOf(platform, fleet);
  try {
    return await call(stub, scope);
  } catch (error) {
    platform.log.error("a fleet's object could not be asked", { fleetId: fleet.id }, error);
    return {
      ok: false,
      refusal: {
        code: "unavailable",
        detail: `Fleet ${fleet.id} could not be asked just now. Try again in a few seconds.`,
        retryAfterSeconds: 5,
      },
    };
  }
}

export async function askFleet<T>(
  platform: Platform,
  fleet: FleetAddress,
  call: (stub: FleetStub, scope: FleetScope) => Promise<Outcome<T>>,
): Promise<T> {
  return unwrap(await tryFleet(platform, fleet, call));
}
