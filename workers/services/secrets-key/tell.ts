import { writeUnaudited } from "../../../db/batch.ts";
import type { FleetRow } from "../../../db/queries/fleets.ts";
import { findSecretVersions, listOrganizationKeys } from "../../../db/queries/inputs.ts";
import { fleetsBehindKeys, markKeysTold } from "../../../db/queries/secret-keys.ts";
import type { Id, OrganizationId } from "../../../domain/ids.ts";
import type { Platform } from "../context.ts";
import { tryHolder } from "../secrets/fleets.ts";

const atOnce = 20;
/** How many right after a change; the cron job tells the rest. */
const rightAway = 200;

/** Gives one fleet what it holds as it is sealed and wrapped now. What it does not take stays owed. */
export async function tellKeys(platform: Platform, fleet: FleetRow): Promise<boolean> {
  const { db } = platform;
  const { organizationId } = fleet;
  // Before the values: what changes after this is told once more.
  const keys = await listOrganizationKeys(db, organizationId);
  const toldAtMs = Math.max(0, ...keys.map(({ rewrappedAt }) => rewrappedAt));
  const held = await tryHolder(platform, fleet, [], (stub, scope) => stub.heldSecrets(scope));
  if (!held.ok) return false;
  // Ids of `secret_versions`: the fleet was given them from there.
  const versions = await findSecretVersions(db, organizationId, held.value as Id<"secretVersion">[]);
  const values = versions.flatMap(({ id, keyId, sealed, number }) =>
    sealed === null ? [] : [{ versionId: id, keyId, sealed, name: "", version: number }],
  );
  const used = new Set<string>(values.map(({ keyId }) => keyId));
  const told = await tryHolder(platform, fleet, null, (stub, scope) =>
    stub.resealSecrets(scope, {
      values,
      keys: keys
        .filter(({ id }) => used.has(id))
        .map(({ id, wrapped, masterKeyId }) => ({ id, wrapped, masterKeyId })),
    }),
  );
  if (!told.ok) {
    platform.log.error("a fleet did not take its organization's keys", {
      fleetId: fleet.id,
      refusal: told.refusal.code,
    });
    return false;
  }
  await writeUnaudited(db, "delivery to a fleet", [markKeysTold(db, organizationId, fleet.id, toldAtMs)]);
  return true;
}

/** Tells every fleet of the organization that does not know the newest change of its keys. */
export async function tellAll(platform: Platform, organizationId: OrganizationId): Promise<void> {
  const owed = await fleetsBehindKeys(platform.db, organizationId, rightAway);
  for (let i = 0; i < owed.length; i += atOnce) {
    await Promise.all(owed.slice(i, i + atOnce).map((fleet) => tellKeys(platform, fleet)));
  }
}
