import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Id, OrganizationId, RoleId, UserId } from "../../domain/ids.ts";
import type { GroupRole } from "../../domain/tenancy/groups.ts";
import type { Role } from "../../domain/tenancy/roles.ts";

export const ssoConnections = sqliteTable(
  "sso_connections",
  {
    id: text("id").$type<Id<"ssoConnection">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    name: text("name").notNull(),
    /** Where the provider's discovery document lies under. */
    issuer: text("issuer").notNull(),
    clientId: text("client_id").notNull(),
    sealedClientSecret: text("sealed_client_secret").notNull(),
    scopes: text("scopes").notNull(),
    groupsClaim: text("groups_claim").notNull(),
    groupRoles: text("group_roles", { mode: "json" }).$type<GroupRole[]>().notNull(),
    /** Role of who belongs to no mapped group; null = refused. */
    defaultRole: text("default_role").$type<Role | RoleId>(),
    enabled: integer("enabled", { mode: "boolean" }).notNull(),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [index("sso_connections_organization").on(table.organizationId, table.id)],
);

/** E-mail domains. Verified by a DNS record; a verified domain belongs to one organization. */
export const ssoDomains = sqliteTable(
  "sso_domains",
  {
    id: text("id").$type<Id<"ssoDomain">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    connectionId: text("connection_id").$type<Id<"ssoConnection">>().notNull(),
    domain: text("domain").notNull(),
    challenge: text("challenge").notNull(),
    createdAt: integer("created_at").notNull(),
    verifiedAt: integer("verified_at"),
  },
  (table) => [
    uniqueIndex("sso_domains_organization_domain").on(table.organizationId, table.domain),
    index("sso_domains_domain").on(table.domain, table.verifiedAt),
    index("sso_domains_connection").on(table.organizationId, table.connectionId, table.id),
  ],
);

/** Who a person is at an identity provider. */
export const identities = sqliteTable(
  "identities",
  {
    id: text("id").$type<Id<"identity">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    connectionId: text("connection_id").$type<Id<"ssoConnection">>().notNull(),
    userId: text("user_id").$type<UserId>().notNull(),
    subject: text("subject").notNull(),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at").notNull(),
  },
  (table) => [
    uniqueIndex("identities_subject").on(table.connectionId, table.subject),
    index("identities_user").on(table.userId, table.organizationId),
  ],
);
