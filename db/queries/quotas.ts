import { and, eq, gt, isNull, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { ConfigId, OrganizationId } from "../../domain/ids.ts";
import { type Plan, plans, planTerms, type QuotaName } from "../../domain/tenancy/plans.ts";
import type { Guard } from "../batch.ts";
import type { Database } from "../client.ts";
import {
  apiKeys,
  configs,
  configVersions,
  customRoles,
  enrollmentTokens,
  environments,
  execSessions,
  fleets,
  invitations,
  memberships,
  organizations,
  projects,
  secrets,
  serviceAccounts,
  teams,
  templates,
  variables,
} from "../schema/index.ts";
import type { FleetRow } from "./fleets.ts";

/** Counted in the store, in the whole organization. */
export type CountedQuota = Exclude<QuotaName, "agentsPerFleet" | "versionsPerConfig">;
/** What a write may be held to. Agents are counted where they are: in the fleet's object. */
export type QuotaCheck = CountedQuota | { name: "versionsPerConfig"; config: ConfigId };

export const quotaNameOf = (check: QuotaCheck): QuotaName => (typeof check === "string" ? check : check.name);

const rowsOf = (table: SQLiteTable, where: SQL | undefined): SQL =>
  sql`(select count(*) from ${table} where ${where})`;

/** What of each thing exists and counts now: what is revoked, expired or taken counts no longer. */
function countOf(name: CountedQuota, organizationId: OrganizationId, nowMs: number): SQL {
  switch (name) {
    case "projects":
      return rowsOf(projects, eq(projects.organizationId, organizationId));
    case "environments":
      return rowsOf(environments, eq(environments.organizationId, organizationId));
    case "fleets":
      return rowsOf(fleets, eq(fleets.organizationId, organizationId));
    case "configs":
      return rowsOf(configs, eq(configs.organizationId, organizationId));
    case "templates":
      return rowsOf(templates, eq(templates.organizationId, organizationId));
    case "secrets":
      return rowsOf(secrets, eq(secrets.organizationId, organizationId));
    case "variables":
      return rowsOf(variables, eq(variables.organizationId, organizationId));
    case "members":
      return rowsOf(memberships, eq(memberships.organizationId, organizationId));
    case "pendingInvitations":
      return rowsOf(
        invitations,
        and(
          eq(invitations.organizationId, organizationId),
          isNull(invitations.acceptedAt),
          isNull(invitations.revokedAt),
          gt(invitations.expiresAt, nowMs),
        ),
      );
    case "teams":
      return rowsOf(teams, eq(teams.organizationId, organizationId));
    case "roles":
      return rowsOf(customRoles, eq(customRoles.organizationId, organizationId));
    case "serviceAccounts":
      return rowsOf(serviceAccounts, eq(serviceAccounts.organizationId, organizationId));
    case "apiKeys":
      return rowsOf(
        apiKeys,
        and(
          eq(apiKeys.organizationId, organizationId),
          isNull(apiKeys.revokedAt),
          or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, nowMs)),
        ),
      );
    case "enrollmentTokens":
      return rowsOf(
        enrollmentTokens,
        and(
          eq(enrollmentTokens.organizationId, organizationId),
          isNull(enrollmentTokens.revokedAt),
          or(isNull(enrollmentTokens.expiresAt), gt(enrollmentTokens.expiresAt, nowMs)),
        ),
      );
    case "execSessions":
      return rowsOf(
        execSessions,
        and(
          eq(execSessions.organizationId, organizationId),
          eq(execSessions.state, "open"),
          gt(execSessions.expiresAt, nowMs),
        ),
      );
  }
}

function usedBy(check: QuotaCheck, organizationId: OrganizationId, nowMs: number): SQL {
  if (typeof check === "string") return countOf(check, organizationId, nowMs);
  const versions = eq(configVersions.configId, configs.id);
  return sql`(select count(${configVersions.number}) from ${configs} join ${configVersions} on ${versions} where ${and(
    eq(configs.organizationId, organizationId),
    eq(configs.id, check.config),
  )})`;
}

/** As the organization's plan is at the moment of the write. */
function limitOf(name: QuotaName, organizationId: OrganizationId): SQL {
  const cases = plans.map((plan) => sql`when ${plan} then ${planTerms[plan].quotas[name]}`);
  return sql`(select case ${organizations.plan} ${sql.join(cases, sql` `)} end from ${organizations} where ${eq(organizations.id, organizationId)})`;
}

const prefix = "quota.";

/** Asked after the statements, so that it counts what they leave, however much they add or take away. */
export function quotaGuard(organizationId: OrganizationId, check: QuotaCheck, nowMs: number): Guard {
  const name = quotaNameOf(check);
  const holds = sql`${usedBy(check, organizationId, nowMs)} <= ${limitOf(name, organizationId)}`;
  return { name: prefix + name, holds, after: true };
}

/** Which of the checks a failed guard was; undefined = it was no quota. */
export const quotaOfGuard = (guard: string, checks: readonly QuotaCheck[]): QuotaCheck | undefined =>
  checks.find((check) => prefix + quotaNameOf(check) === guard);

/** What is there now, and the plan that it is held to. */
export async function quotaUse(
  db: Database,
  organizationId: OrganizationId,
  checks: readonly QuotaCheck[],
  nowMs: number,
): Promise<{ plan: Plan; used: number[] } | undefined> {
  const [row] = await db.orm
    .select({
      plan: organizations.plan,
      used: sql<string>`json_array(${sql.join(
        checks.map((check) => usedBy(check, organizationId, nowMs)),
        sql`, `,
      )})`,
    })
    .from(organizations)
    .where(eq(organizations.id, organizationId))
    .limit(1);
  return row && { plan: row.plan, used: JSON.parse(row.used) as number[] };
}

export async function findPlan(db: Database, organizationId: OrganizationId): Promise<Plan | undefined> {
  const [row] = await db.orm
    .select({ plan: organizations.plan })
    .from(organizations)
    .where(eq(organizations.id, organizationId))
    .limit(1);
  return row?.plan;
}

/** The config that has the most versions. */
export async function fullestConfig(
  db: Database,
  organizationId: OrganizationId,
): Promise<Pick<typeof configs.$inferSelect, "id" | "name" | "projectId" | "latestVersion"> | undefined> {
  const { id, name, projectId, latestVersion } = configs;
  const [row] = await db.orm
    .select({ id, name, projectId, latestVersion })
    .from(configs)
    .where(eq(configs.organizationId, organizationId))
    .orderBy(sql`${configs.latestVersion} desc`)
    .limit(1);
  return row;
}

/** Some fleets of the organization. */
export function firstFleets(
  db: Database,
  organizationId: OrganizationId,
  limit: number,
): Promise<Pick<FleetRow, "id" | "organizationId" | "projectId" | "environmentId" | "name">[]> {
  const { id, projectId, environmentId, name } = fleets;
  return db.orm
    .select({ id, organizationId: fleets.organizationId, projectId, environmentId, name })
    .from(fleets)
    .where(eq(fleets.organizationId, organizationId))
    .limit(limit);
}
