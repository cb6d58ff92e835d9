import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type {
  ApiKeyId,
  Id,
  OrganizationId,
  RoleId,
  ServiceAccountId,
  TeamId,
  UserId,
} from "../../domain/ids.ts";
import type { Scope } from "../../domain/tenancy/access.ts";
import type { PermissionPattern } from "../../domain/tenancy/permissions.ts";
import type { Role } from "../../domain/tenancy/roles.ts";

export interface StoredStatement {
  effect: "allow" | "deny";
  permissions: PermissionPattern[];
  scope: Scope;
}

export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text("id").$type<ApiKeyId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    name: text("name").notNull(),
    role: text("role").$type<Role | RoleId>().notNull(),
    prefix: text("prefix").notNull(),
    /** Hex sha256 of the whole key. */
    secretHash: text("secret_hash").notNull().unique("api_keys_secret_hash"),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at"),
    expiresAt: integer("expires_at"),
    revokedAt: integer("revoked_at"),
    /** The person or service account that it stands for, and whose own access limits it; null = not known. */
    owner: text("owner").$type<UserId | ServiceAccountId>(),
    scope: text("scope", { mode: "json" }).$type<Scope>().notNull().default({ kind: "organization" }),
    /** null = as the plan has it. */
    requestsPerMinute: integer("requests_per_minute"),
    /** The key that this one was rotated from. */
    replaces: text("replaces").$type<ApiKeyId>(),
    lastUsedAddress: text("last_used_address"),
  },
  (table) => [
    index("api_keys_organization").on(table.organizationId, table.id),
    index("api_keys_owner").on(table.organizationId, table.owner, table.id),
  ],
);

export const invitations = sqliteTable(
  "invitations",
  {
    id: text("id").$type<Id<"invitation">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    email: text("email").notNull(),
    role: text("role").$type<Role | RoleId>().notNull(),
    teamIds: text("team_ids", { mode: "json" }).$type<TeamId[]>().notNull(),
    secretHash: text("secret_hash").notNull().unique("invitations_secret"),
    invitedBy: text("invited_by").notNull(),
    createdAt: integer("created_at").notNull(),
    sentAt: integer("sent_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    acceptedAt: integer("accepted_at"),
    acceptedBy: text("accepted_by").$type<UserId>(),
    revokedAt: integer("revoked_at"),
  },
  (table) => [
    index("invitations_organization").on(table.organizationId, table.id),
    index("invitations_email").on(table.organizationId, table.email),
  ],
);

export const teams = sqliteTable(
  "teams",
  {
    id: text("id").$type<TeamId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    name: text("name").notNull(),
    slug: text("slug").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("teams_organization_slug").on(table.organizationId, table.slug),
    index("teams_organization").on(table.organizationId, table.id),
  ],
);

export const teamMembers = sqliteTable(
  "team_members",
  {
    id: text("id").$type<Id<"membership">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    teamId: text("team_id").$type<TeamId>().notNull(),
    userId: text("user_id").$type<UserId>().notNull(),
    /** Put there by the identity provider's groups, and taken away by them. */
    fromSso: integer("from_sso", { mode: "boolean" }).notNull().default(false),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("team_members_once").on(table.teamId, table.userId),
    index("team_members_user").on(table.userId, table.organizationId),
  ],
);

/** An organization's own roles. */
export const customRoles = sqliteTable(
  "custom_roles",
  {
    id: text("id").$type<RoleId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    name: text("name").notNull(),
    description: text("description").notNull(),
    statements: text("statements", { mode: "json" }).$type<StoredStatement[]>().notNull(),
    /** Rises with each edit; the ETag. */
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("custom_roles_name").on(table.organizationId, table.name),
    index("custom_roles_organization").on(table.organizationId, table.id),
  ],
);

/** A role that somebody has beside the role of the membership, perhaps only within a scope. */
export const roleBindings = sqliteTable(
  "role_bindings",
  {
    id: text("id").$type<Id<"binding">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    subject: text("subject").$type<UserId | TeamId | ServiceAccountId>().notNull(),
    role: text("role").$type<Role | RoleId>().notNull(),
    scope: text("scope", { mode: "json" }).$type<Scope>().notNull(),
    fromSso: integer("from_sso", { mode: "boolean" }).notNull().default(false),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("role_bindings_once").on(table.organizationId, table.subject, table.role, table.scope),
    index("role_bindings_subject").on(table.subject, table.organizationId),
    index("role_bindings_organization").on(table.organizationId, table.id),
  ],
);

/** A program's identity: owned by the organization, so that it outlives who made it. */
export const serviceAccounts = sqliteTable(
  "service_accounts",
  {
    id: text("id").$type<ServiceAccountId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    name: text("name").notNull(),
    description: text("description").notNull(),
    role: text("role").$type<Role | RoleId>().notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
    disabledAt: integer("disabled_at"),
  },
  (table) => [
    uniqueIndex("service_accounts_name").on(table.organizationId, table.name),
    index("service_accounts_organization").on(table.organizationId, table.id),
  ],
);
