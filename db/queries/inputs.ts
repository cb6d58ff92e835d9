import { and, asc, eq, gt, inArray, or } from "drizzle-orm";
import type { EnvironmentId, FleetId, Id, OrganizationId } from "../../domain/ids.ts";
import type { Database } from "../client.ts";
import { inChunks } from "../paging.ts";
import { organizationKeys, secrets, secretVersions, variables } from "../schema/index.ts";

export type VariableRow = typeof variables.$inferSelect;
export type SecretRow = typeof secrets.$inferSelect;
export type SecretVersionRow = typeof secretVersions.$inferSelect;
export type OrganizationKeyRow = typeof organizationKeys.$inferSelect;

/** The rows of these names that count in the fleet. */
export async function findVariables(
  db: Database,
  organizationId: OrganizationId,
  environmentId: EnvironmentId,
  fleetId: FleetId,
  names: readonly string[],
): Promise<VariableRow[]> {
  return inChunks(names, (some) =>
    db.orm
      .select()
      .from(variables)
      .where(
        and(
          eq(variables.organizationId, organizationId),
          eq(variables.environmentId, environmentId),
          inArray(variables.name, some),
          or(eq(variables.fleetId, ""), eq(variables.fleetId, fleetId)),
        ),
      ),
  );
}

export type CurrentSecret = SecretRow & { versionId: Id<"secretVersion"> };

/** The rows of these names that count in the fleet and have an approved value, with the version that is current. */
export async function findCurrentSecrets(
  db: Database,
  organizationId: OrganizationId,
  environmentId: EnvironmentId,
  fleetId: FleetId,
  names: readonly string[],
): Promise<CurrentSecret[]> {
  const found = await inChunks(names, (some) =>
    db.orm
      .select({ secret: secrets, versionId: secretVersions.id })
      .from(secrets)
      .innerJoin(
        secretVersions,
        and(
          eq(secretVersions.organizationId, organizationId),
          eq(secretVersions.secretId, secrets.id),
          eq(secretVersions.number, secrets.currentVersion),
        ),
      )
      .where(
        and(
          eq(secrets.organizationId, organizationId),
          eq(secrets.environmentId, environmentId),
          inArray(secrets.name, some),
          or(eq(secrets.fleetId, ""), eq(secrets.fleetId, fleetId)),
          gt(secrets.currentVersion, 0),
        ),
      ),
  );
  return found.map(({ secret, versionId }) => ({ ...secret, versionId }));
}

export async function findSecretVersions(
  db: Database,
  organizationId: OrganizationId,
  ids: readonly Id<"secretVersion">[],
): Promise<SecretVersionRow[]> {
  return inChunks(ids, (some) =>
    db.orm
      .select()
      .from(secretVersions)
      .where(and(eq(secretVersions.organizationId, organizationId), inArray(secretVersions.id, some))),
  );
}

/** Oldest first: the last one seals. */
export async function listOrganizationKeys(
  db: Database,
  organizationId: OrganizationId,
): Promise<OrganizationKeyRow[]> {
  return db.orm
    .select()
    .from(organizationKeys)
    .where(eq(organizationKeys.organizationId, organizationId))
    .orderBy(asc(organizationKeys.id));
}
