import { and, asc, eq, gt, inArray, isNotNull, or, sql } from "drizzle-orm";
import type { ConfigVersionId, EnvironmentId, FleetId, Id, OrganizationId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { inChunks, type Slice, slice } from "../paging.ts";
import { configVersions, fleets, variables } from "../schema/index.ts";
import type { ConfigVersionRow } from "./configs.ts";
import type { FleetRow } from "./fleets.ts";
import type { VariableRow } from "./inputs.ts";

/** Within one of these organizations. */
export async function findVariable(
  db: Database,
  organizationIds: readonly OrganizationId[],
  id: Id<"variable">,
): Promise<VariableRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(variables)
    .where(and(eq(variables.id, id), inArray(variables.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

/** Where a row stands in the list. */
export type VariablePlace = Pick<VariableRow, "name" | "fleetId" | "selector">;

const countsIn = (fleetId: FleetId) => or(eq(variables.fleetId, ""), eq(variables.fleetId, fleetId));

/** By name, then place. */
export async function listVariables(
  db: Database,
  organizationId: OrganizationId,
  environmentId: EnvironmentId,
  page: { limit: number; after?: VariablePlace; name?: string; fleet?: FleetId },
): Promise<Slice<VariableRow>> {
  const { after, name, fleet } = page;
  const rows = await db.orm
    .select()
    .from(variables)
    .where(
      and(
        eq(variables.organizationId, organizationId),
        eq(variables.environmentId, environmentId),
        name === undefined ? undefined : eq(variables.name, name),
        fleet && countsIn(fleet),
        after &&
          sql`(${variables.name}, ${variables.fleetId}, ${variables.selector}) > (${after.name}, ${after.fleetId}, ${after.selector})`,
      ),
    )
    .orderBy(asc(variables.name), asc(variables.fleetId), asc(variables.selector))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

/** Names that have a row which counts in the fleet, in order. */
export async function listVariableNames(
  db: Database,
  organizationId: OrganizationId,
  environmentId: EnvironmentId,
  fleetId: FleetId,
  page: { limit: number; after?: string },
): Promise<Slice<string>> {
  const rows = await db.orm
    .selectDistinct({ name: variables.name })
    .from(variables)
    .where(
      and(
        eq(variables.organizationId, organizationId),
        eq(variables.environmentId, environmentId),
        countsIn(fleetId),
        page.after === undefined ? undefined : gt(variables.name, page.after),
      ),
    )
    .orderBy(asc(variables.name))
    .limit(page.limit + 1);
  return slice(
    rows.map(({ name }) => name),
    page.limit,
  );
}

export function insertVariable(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof variables.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(variables).values({ ...row, organizationId }));
}

export function updateVariable(
  db: Database,
  organizationId: OrganizationId,
  id: Id<"variable">,
  change: Pick<VariableRow, "type" | "value" | "description" | "author" | "version" | "updatedAt">,
): Statement {
  return statement(
    db.orm
      .update(variables)
      .set(change)
      .where(and(eq(variables.organizationId, organizationId), eq(variables.id, id))),
  );
}

export function deleteVariable(db: Database, organizationId: OrganizationId, id: Id<"variable">): Statement {
  return statement(
    db.orm.delete(variables).where(and(eq(variables.organizationId, organizationId), eq(variables.id, id))),
  );
}

export function variableHasVersion(organizationId: OrganizationId, id: Id<"variable">, version: number) {
  return sql`exists (select 1 from ${variables} where ${and(
    eq(variables.organizationId, organizationId),
    eq(variables.id, id),
    eq(variables.version, version),
  )})`;
}

/** The environment's fleets that run a release, as it is noted here. */
export function fleetsWithReleases(
  db: Database,
  organizationId: OrganizationId,
  environmentId: EnvironmentId,
  limit: number,
): Promise<FleetRow[]> {
  return db.orm
    .select()
    .from(fleets)
    .where(
      and(
        eq(fleets.organizationId, organizationId),
        eq(fleets.environmentId, environmentId),
        isNotNull(fleets.currentReleaseId),
      ),
    )
    .orderBy(asc(fleets.id))
    .limit(limit);
}

/** What each of these versions names: `var:NAME`, `secret:NAME`, `agent:label`. */
export function inputsOfVersions(
  db: Database,
  organizationId: OrganizationId,
  ids: readonly ConfigVersionId[],
): Promise<Pick<ConfigVersionRow, "id" | "inputs">[]> {
  return inChunks(ids, (some) =>
    db.orm
      .select({ id: configVersions.id, inputs: configVersions.inputs })
      .from(configVersions)
      .where(and(eq(configVersions.organizationId, organizationId), inArray(configVersions.id, some))),
  );
}

/** All rows of one name. */
export function variablesNamed(
  db: Database,
  organizationId: OrganizationId,
  environmentId: EnvironmentId,
  name: string,
): Promise<VariableRow[]> {
  return db.orm
    .select()
    .from(variables)
    .where(
      and(
        eq(variables.organizationId, organizationId),
        eq(variables.environmentId, environmentId),
        eq(variables.name, name),
      ),
    );
}
