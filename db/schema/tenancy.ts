import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { ApiKeyId, EnvironmentId, Id, OrganizationId, ProjectId, UserId } from "../../domain/ids.ts";
import type { MaintenanceWindow } from "../../domain/rollouts/policy.ts";
import type { Role } from "../../domain/tenancy/roles.ts";

/** Times as people wrote them, RFC 3339. */
export interface StoredFreeze {
  from: string;
  until: string;
  reason: string;
}

/** All times in the store are integers, epoch milliseconds. */
export const organizations = sqliteTable("organizations", {
  id: text("id").$type<OrganizationId>().primaryKey(),
  name: text("name").notNull(),
  slug: text("slug").notNull().unique("organizations_slug"),
  createdAt: integer("created_at").notNull(),
  /** Which of its webhook keys signs; the one before signs beside it for a day after `webhookKeyRotatedAt`. */
  webhookKeyVersion: integer("webhook_key_version").notNull().default(1),
  webhookKeyRotatedAt: integer("webhook_key_rotated_at"),
});

/** No organization id: a person may belong to many organizations. */
export const users = sqliteTable("users", {
  id: text("id").$type<UserId>().primaryKey(),
  email: text("email").notNull().unique("users_email"),
  name: text("name"),
  passwordHash: text("password_hash").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const memberships = sqliteTable(
  "memberships",
  {
    id: text("id").$type<Id<"membership">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    userId: text("user_id").$type<UserId>().notNull(),
    role: text("role").$type<Role>().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("memberships_organization_user").on(table.organizationId, table.userId),
    index("memberships_user").on(table.userId),
  ],
);

/** A family of refresh tokens, one row for each sign-in. No organization id: it belongs to a person. */
export const sessions = sqliteTable(
  "sessions",
  {
    id: text("id").$type<Id<"session">>().primaryKey(),
    userId: text("user_id").$type<UserId>().notNull(),
    /** The only generation of the refresh token that still counts. */
    generation: integer("generation").notNull(),
    rotatedAt: integer("rotated_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    revokedAt: integer("revoked_at"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("sessions_expires").on(table.expiresAt)],
);

export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text("id").$type<ApiKeyId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    name: text("name").notNull(),
    role: text("role").$type<Role>().notNull(),
    prefix: text("prefix").notNull(),
    /** Hex sha256 of the whole key. */
    secretHash: text("secret_hash").notNull().unique("api_keys_secret_hash"),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at"),
    expiresAt: integer("expires_at"),
    revokedAt: integer("revoked_at"),
  },
  (table) => [index("api_keys_organization").on(table.organizationId, table.id)],
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
