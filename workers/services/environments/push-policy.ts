import { writeUnaudited } from "../../../db/batch.ts";
import { markDelivered } from "../../../db/queries/fleet-settings.ts";
import { type FleetRow, fleetsBehindPolicy } from "../../../db/queries/fleets.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import type { Platform } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { policyOf } from "./policy.ts";

/** How many are told at once, and how many right after a change; the cron job tells the rest. */
const atOnce = 20;
const rightAway = 200;

/** Tells one fleet's object the policy. What it does not take stays owed, and the cron job tells it again. */
export async function tellPolicy(
  platform: Platform,
  fleet: FleetRow,
  environment: EnvironmentRow,
): Promise<void> {
  const { revision } = environment;
  const outcome = await tryFleet(platform, fleet, (stub, scope) =>
    stub.setPolicy(scope, policyOf(environment), revision),
  );
  if (!outcome.ok) {
    platform.log.error("a fleet did not take its environment's policy", {
      fleetId: fleet.id,
      environmentId: environment.id,
      refusal: outcome.refusal.code,
    });
    return;
  }
  await writeUnaudited(platform.db, "delivery to a fleet", [
    markDelivered(platform.db, fleet.organizationId, fleet.id, "policyDelivered", revision),
  ]);
}

/** Tells every fleet of the environment that does not know this revision yet. */
export async function pushPolicy(platform: Platform, environment: EnvironmentRow): Promise<void> {
  const { id, organizationId, revision } = environment;
  const owed = await fleetsBehindPolicy(platform.db, organizationId, id, revision, rightAway);
  for (let i = 0; i < owed.length; i += atOnce) {
    await Promise.all(owed.slice(i, i + atOnce).map((fleet) => tellPolicy(platform, fleet, environment)));
  }
}
