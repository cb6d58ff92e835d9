import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { EnvironmentId, Id, OrganizationId, ProjectId, RoleId, UserId } from "../../domain/ids.ts";
import type { MaintenanceWindow } from "../../domain/rollouts/policy.ts";
import type { Plan } from "../../domain/tenancy/plans.ts";
import type { Role } from "../../domain/tenancy/roles.ts";

/** Times as people wrote them, RFC 3339. */
export interface StoredFreeze {
  from: string;
  until: string;
  reason: string;
}

/** All times in the store are integers, epoch milliseconds. */
export const organizations = sqliteTable(
  "organizations",
  {
    id: text("id").$type<OrganizationId>().primaryKey(),
    name: text("name").notNull(),
    slug: text("slug").notNull().unique("organizations_slug"),
    createdAt: integer("created_at").notNull(),
    /** Which of its webhook keys signs; the one before signs beside it for a day after `webhookKeyRotatedAt`. */
    webhookKeyVersion: integer("webhook_key_version").notNull().default(1),
    webhookKeyRotatedAt: integer("webhook_key_rotated_at"),
    plan: text("plan").$type<Plan>().notNull().default("free"),
    /** Rises with each edit by a person; the ETag. */
    version: integer("version").notNull().default(1),
    requireSso: integer("require_sso", { mode: "boolean" }).notNull().default(false),
    requireTwoFactor: integer("require_two_factor", { mode: "boolean" }).notNull().default(false),
    /** Since when it waits to be erased; until then an owner may bring it back. */
    deletedAt: integer("deleted_at"),
    deletedBy: text("deleted_by").$type<UserId>(),
  },
  (table) => [index("organizations_deleted").on(table.deletedAt).where(sql`deleted_at is not null`)],
);

export const memberships = sqliteTable(
  "memberships",
  {
    id: text("id").$type<Id<"membership">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    userId: text("user_id").$type<UserId>().notNull(),
    /** One of every organization's roles, or one of its own. */
    role: text("role").$type<Role | RoleId>().notNull(),
    createdAt: integer("created_at").notNull(),
    /** The role that the identity provider's groups gave last; while it is also `role`, they go on deciding it. */
    ssoRole: text("sso_role").$type<Role | RoleId>(),
  },
  (table) => [
    uniqueIndex("memberships_organization_user").on(table.organizationId, table.userId),
    index("memberships_user").on(table.userId),
  ],
);

export const projects = sqliteTable(
  "projects",
  {
    id: text("id").$type<ProjectId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    name: text("name").notNull(),
    slug: text("slug").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("projects_organization_slug").on(table.organizationId, table.slug),
    index("projects_organization").on(table.organizationId, table.id),
  ],
);

export const environments = sqliteTable(
  "environments",
  {
    id: text("id").$type<EnvironmentId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    projectId: text("project_id").$type<ProjectId>().notNull(),
    name: text("name").notNull(),
    slug: text("slug").notNull(),
    protected: integer("protected", { mode: "boolean" }).notNull(),
    createdAt: integer("created_at").notNull(),
    windows: text("windows", { mode: "json" }).$type<MaintenanceWindow[]>().notNull().default([]),
    freezes: text("freezes", { mode: "json" }).$type<StoredFreeze[]>().notNull().default([]),
    /** Rises with each edit; the ETag, and what fleets know the policy by. */
    revision: integer("revision").notNull().default(0),
  },
  (table) => [
    uniqueIndex("environments_project_slug").on(table.projectId, table.slug),
    index("environments_project").on(table.organizationId, table.projectId, table.id),
  ],
);
