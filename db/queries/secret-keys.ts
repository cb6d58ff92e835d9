/** The data keys that seal secrets, and which fleets know of their last change. */
import { and, asc, eq, lt, max, ne, sql } from "drizzle-orm";
import type { FleetId, Id, OrganizationId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { fleets, organizationKeys, secretVersions } from "../schema/index.ts";
import type { FleetRow } from "./fleets.ts";
import type { OrganizationKeyRow, SecretVersionRow } from "./inputs.ts";

export function insertOrganizationKey(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<OrganizationKeyRow, "organizationId">,
): Statement {
  return statement(db.orm.insert(organizationKeys).values({ ...row, organizationId }));
}

/** The same key, wrapped anew. Changes nothing where another has wrapped it meanwhile. */
export function rewrapOrganizationKey(
  db: Database,
  organizationId: OrganizationId,
  before: Pick<OrganizationKeyRow, "id" | "masterKeyId">,
  after: Pick<OrganizationKeyRow, "wrapped" | "masterKeyId" | "rewrappedAt">,
): Statement {
  return statement(
    db.orm
      .update(organizationKeys)
      .set(after)
      .where(
        and(
          eq(organizationKeys.organizationId, organizationId),
          eq(organizationKeys.id, before.id),
          eq(organizationKeys.masterKeyId, before.masterKeyId),
        ),
      ),
  );
}

/** Fleets are to be told of the organization's keys anew. */
export function touchOrganizationKey(
  db: Database,
  organizationId: OrganizationId,
  id: Id<"organizationKey">,
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(organizationKeys)
      .set({ rewrappedAt: nowMs })
      .where(and(eq(organizationKeys.organizationId, organizationId), eq(organizationKeys.id, id))),
  );
}

/** Deletes the key where no value is sealed by it any more. */
export function dropUnusedKey(
  db: Database,
  organizationId: OrganizationId,
  id: Id<"organizationKey">,
): Statement {
  return statement(
    db.orm
      .delete(organizationKeys)
      .where(
        and(
          eq(organizationKeys.organizationId, organizationId),
          eq(organizationKeys.id, id),
          sql`not exists (select 1 from ${secretVersions} where ${and(eq(secretVersions.organizationId, organizationId), eq(secretVersions.keyId, id), sql`${secretVersions.sealed} is not null`)})`,
        ),
      ),
  );
}

/** Of a value that is to be sealed by it: the key was not dropped meanwhile. */
export function organizationKeyExists(organizationId: OrganizationId, id: Id<"organizationKey">) {
  return sql`exists (select 1 from ${organizationKeys} where ${and(eq(organizationKeys.organizationId, organizationId), eq(organizationKeys.id, id))})`;
}

/** The same value under another key. Changes nothing where it was destroyed, or sealed anew, meanwhile. */
export function resealVersion(
  db: Database,
  organizationId: OrganizationId,
  before: Pick<SecretVersionRow, "id" | "keyId">,
  after: Pick<SecretVersionRow, "keyId" | "sealed">,
): Statement {
  return statement(
    db.orm
      .update(secretVersions)
      .set(after)
      .where(
        and(
          eq(secretVersions.organizationId, organizationId),
          eq(secretVersions.id, before.id),
          eq(secretVersions.keyId, before.keyId),
          sql`${secretVersions.sealed} is not null`,
        ),
      ),
  );
}

/** How many values each key seals. */
export async function countSealed(
  db: Database,
  organizationId: OrganizationId,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db.orm
    .select({ keyId: secretVersions.keyId, count: sql<number>`count(${secretVersions.sealed})` })
    .from(secretVersions)
    .where(eq(secretVersions.organizationId, organizationId))
    .groupBy(secretVersions.keyId);
  return new Map(rows.map(({ keyId, count }) => [keyId, count]));
}

/** Values that another key than `keyId` seals. */
export function versionsToReseal(
  db: Database,
  organizationId: OrganizationId,
  keyId: Id<"organizationKey">,
  limit: number,
): Promise<SecretVersionRow[]> {
  return db.orm
    .select()
    .from(secretVersions)
    .where(
      and(
        eq(secretVersions.organizationId, organizationId),
        ne(secretVersions.keyId, keyId),
        sql`${secretVersions.sealed} is not null`,
      ),
    )
    .limit(limit);
}

const toldUpTo = (organizationId: OrganizationId) =>
  sql`(select coalesce(${max(organizationKeys.rewrappedAt)}, 0) from ${organizationKeys} where ${eq(organizationKeys.organizationId, organizationId)})`;

/** Fleets that do not know the newest change of the organization's keys. */
export function fleetsBehindKeys(
  db: Database,
  organizationId: OrganizationId,
  limit: number,
): Promise<FleetRow[]> {
  return db.orm
    .select()
    .from(fleets)
    .where(
      and(
        eq(fleets.organizationId, organizationId),
        sql`${fleets.secretsToldAt} < ${toldUpTo(organizationId)}`,
      ),
    )
    .orderBy(asc(fleets.id))
    .limit(limit);
}

export async function countFleetsBehindKeys(db: Database, organizationId: OrganizationId): Promise<number> {
  const [row] = await db.orm
    .select({ count: sql<number>`count(*)` })
    .from(fleets)
    .where(
      and(
        eq(fleets.organizationId, organizationId),
        sql`${fleets.secretsToldAt} < ${toldUpTo(organizationId)}`,
      ),
    );
  return row?.count ?? 0;
}

export function markKeysTold(
  db: Database,
  organizationId: OrganizationId,
  fleetId: FleetId,
  toldAtMs: number,
): Statement {
  return statement(
    db.orm
      .update(fleets)
      .set({ secretsToldAt: toldAtMs })
      .where(
        and(
          eq(fleets.organizationId, organizationId),
          eq(fleets.id, fleetId),
          lt(fleets.secretsToldAt, toldAtMs),
        ),
      ),
  );
}
