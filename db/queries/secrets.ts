import { and, asc, desc, eq, gt, inArray, lt, or, sql } from "drizzle-orm";
import type { EnvironmentId, FleetId, Id, OrganizationId, ProjectId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { configs, configVersions, fleets, releases, secrets, secretVersions } from "../schema/index.ts";
import type { FleetRow } from "./fleets.ts";
import type { SecretRow, SecretVersionRow } from "./inputs.ts";

/** `pending`: the newest version that waits for an approval. */
const columns = {
  row: secrets,
  pending: sql<number | null>`(
    select max(v.number) from secret_versions v
    where v.secret_id = secrets.id and v.state = 'pending' and v.sealed is not null
      and v.number > secrets.current_version
  )`,
};

export interface ListedSecret {
  row: SecretRow;
  pending: number | null;
}

/** Within one of these organizations. */
export async function findSecret(
  db: Database,
  organizationIds: readonly OrganizationId[],
  id: Id<"secret">,
): Promise<ListedSecret | undefined> {
  const [found] = await db.orm
    .select(columns)
    .from(secrets)
    .where(and(eq(secrets.id, id), inArray(secrets.organizationId, [...organizationIds])))
    .limit(1);
  return found;
}

/** Where a row stands in the list. */
export type SecretPlace = Pick<SecretRow, "name" | "fleetId" | "selector">;

/** By name, then place. */
export async function listSecrets(
  db: Database,
  organizationId: OrganizationId,
  environmentId: EnvironmentId,
  page: { limit: number; after?: SecretPlace; name?: string; fleet?: FleetId },
): Promise<Slice<ListedSecret>> {
  const { after, name, fleet } = page;
  const rows = await db.orm
    .select(columns)
    .from(secrets)
    .where(
      and(
        eq(secrets.organizationId, organizationId),
        eq(secrets.environmentId, environmentId),
        name === undefined ? undefined : eq(secrets.name, name),
        fleet && or(eq(secrets.fleetId, ""), eq(secrets.fleetId, fleet)),
        after &&
          sql`(${secrets.name}, ${secrets.fleetId}, ${secrets.selector}) > (${after.name}, ${after.fleetId}, ${after.selector})`,
      ),
    )
    .orderBy(asc(secrets.name), asc(secrets.fleetId), asc(secrets.selector))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

/** All rows of one name. */
export function secretsNamed(
  db: Database,
  organizationId: OrganizationId,
  environmentId: EnvironmentId,
  name: string,
): Promise<(SecretRow & { versionId: Id<"secretVersion"> | null })[]> {
  return db.orm
    .select({ row: secrets, versionId: secretVersions.id })
    .from(secrets)
    .leftJoin(
      secretVersions,
      and(eq(secretVersions.secretId, secrets.id), eq(secretVersions.number, secrets.currentVersion)),
    )
    .where(
      and(
        eq(secrets.organizationId, organizationId),
        eq(secrets.environmentId, environmentId),
        eq(secrets.name, name),
      ),
    )
    .then((rows) => rows.map(({ row, versionId }) => ({ ...row, versionId })));
}

export function insertSecret(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof secrets.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(secrets).values({ ...row, organizationId }));
}

/** To be guarded by `secretHasRevision`. */
export function updateSecret(
  db: Database,
  organizationId: OrganizationId,
  id: Id<"secret">,
  change: Partial<
    Pick<SecretRow, "description" | "currentVersion" | "latestVersion" | "version" | "updatedAt">
  >,
): Statement {
  return statement(
    db.orm
      .update(secrets)
      .set(change)
      .where(and(eq(secrets.organizationId, organizationId), eq(secrets.id, id))),
  );
}

/** With all its versions. */
export function deleteSecret(db: Database, organizationId: OrganizationId, id: Id<"secret">): Statement[] {
  return [
    statement(
      db.orm
        .delete(secretVersions)
        .where(and(eq(secretVersions.organizationId, organizationId), eq(secretVersions.secretId, id))),
    ),
    statement(
      db.orm.delete(secrets).where(and(eq(secrets.organizationId, organizationId), eq(secrets.id, id))),
    ),
  ];
}

export function secretHasRevision(organizationId: OrganizationId, id: Id<"secret">, revision: number) {
  return sql`exists (select 1 from ${secrets} where ${and(
    eq(secrets.organizationId, organizationId),
    eq(secrets.id, id),
    eq(secrets.version, revision),
  )})`;
}

/** Newest first. */
export async function listSecretVersions(
  db: Database,
  organizationId: OrganizationId,
  id: Id<"secret">,
  page: { limit: number; before?: number },
): Promise<Slice<SecretVersionRow>> {
  const rows = await db.orm
    .select()
    .from(secretVersions)
    .where(
      and(
        eq(secretVersions.organizationId, organizationId),
        eq(secretVersions.secretId, id),
        page.before === undefined ? undefined : lt(secretVersions.number, page.before),
      ),
    )
    .orderBy(desc(secretVersions.number))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export async function findSecretVersion(
  db: Database,
  organizationId: OrganizationId,
  id: Id<"secret">,
  number: number,
): Promise<SecretVersionRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(secretVersions)
    .where(
      and(
        eq(secretVersions.organizationId, organizationId),
        eq(secretVersions.secretId, id),
        eq(secretVersions.number, number),
      ),
    )
    .limit(1);
  return row;
}

export function insertSecretVersion(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof secretVersions.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(secretVersions).values({ ...row, organizationId }));
}

export function updateSecretVersion(
  db: Database,
  organizationId: OrganizationId,
  id: Id<"secretVersion">,
  change: Partial<Pick<SecretVersionRow, "state" | "decidedBy" | "decidedAt" | "sealed" | "destroyedAt">>,
): Statement {
  return statement(
    db.orm
      .update(secretVersions)
      .set(change)
      .where(and(eq(secretVersions.organizationId, organizationId), eq(secretVersions.id, id))),
  );
}

export function secretVersionIs(
  organizationId: OrganizationId,
  row: Pick<SecretVersionRow, "id" | "state" | "keyId">,
) {
  return sql`exists (select 1 from ${secretVersions} where ${and(
    eq(secretVersions.organizationId, organizationId),
    eq(secretVersions.id, row.id),
    eq(secretVersions.state, row.state),
    eq(secretVersions.keyId, row.keyId),
    sql`${secretVersions.sealed} is not null`,
  )})`;
}

/** Configs of the project whose newest version names the secret. */
export function configsNamingSecret(
  db: Database,
  organizationId: OrganizationId,
  projectId: ProjectId,
  name: string,
  limit: number,
): Promise<{ configId: Id<"config">; name: string; version: number }[]> {
  return db.orm
    .select({ configId: configs.id, name: configs.name, version: configVersions.number })
    .from(configs)
    .innerJoin(
      configVersions,
      and(eq(configVersions.configId, configs.id), eq(configVersions.number, configs.latestVersion)),
    )
    .where(
      and(
        eq(configs.organizationId, organizationId),
        eq(configs.projectId, projectId),
        sql`exists (select 1 from json_each(${configVersions.inputs}) where value = ${`secret:${name}`})`,
      ),
    )
    .orderBy(asc(configs.id))
    .limit(limit);
}

/** Those of the newest releases of these fleets that were given the secret. */
export async function releasesWithSecret(
  db: Database,
  organizationId: OrganizationId,
  fleetIds: readonly FleetId[],
  id: Id<"secret">,
  { among, shown }: { among: number; shown: number },
): Promise<{ releaseId: Id<"release">; number: number; fleet: FleetId; version: number }[]> {
  if (fleetIds.length === 0) return [];
  const version = sql<number>`(select json_extract(value, '$.version') from json_each(${releases.inputs}, '$.secrets') where json_extract(value, '$.id') = ${id})`;
  const newest = db.orm
    .select({ id: releases.id })
    .from(releases)
    .where(
      and(
        eq(releases.organizationId, organizationId),
        sql`${releases.fleetId} in (select value from json_each(${JSON.stringify(fleetIds)}))`,
      ),
    )
    .orderBy(desc(releases.id))
    .limit(among);
  return db.orm
    .select({ releaseId: releases.id, number: releases.number, fleet: releases.fleetId, version })
    .from(releases)
    .where(
      and(
        eq(releases.organizationId, organizationId),
        inArray(releases.id, newest),
        sql`${version} is not null`,
      ),
    )
    .orderBy(desc(releases.id))
    .limit(shown);
}

/** The environment's fleets, or one of them, oldest first. */
export function fleetsOfEnvironment(
  db: Database,
  organizationId: OrganizationId,
  environmentId: EnvironmentId,
  page: { limit: number; after: FleetId | null; fleetId: FleetId | "" },
): Promise<FleetRow[]> {
  return db.orm
    .select()
    .from(fleets)
    .where(
      and(
        eq(fleets.organizationId, organizationId),
        eq(fleets.environmentId, environmentId),
        page.fleetId === "" ? undefined : eq(fleets.id, page.fleetId),
        page.after === null ? undefined : gt(fleets.id, page.after),
      ),
    )
    .orderBy(asc(fleets.id))
    .limit(page.limit);
}
