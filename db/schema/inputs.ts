import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { InputType } from "../../domain/configs/inputs/template.ts";
import type { EnvironmentId, FleetId, Id, OrganizationId, ProjectId, UserId } from "../../domain/ids.ts";
import { secretDecisions } from "../../domain/secrets/versions.ts";

/** Where a row counts. `fleetId` "" = in every fleet of the environment; `selector` "" = for every agent. */
const place = {
  organizationId: text("organization_id").$type<OrganizationId>().notNull(),
  projectId: text("project_id").$type<ProjectId>().notNull(),
  environmentId: text("environment_id").$type<EnvironmentId>().notNull(),
  name: text("name").notNull(),
  fleetId: text("fleet_id").$type<FleetId | "">().notNull(),
  selector: text("selector").notNull(),
};

export const variables = sqliteTable(
  "variables",
  {
    id: text("id").$type<Id<"variable">>().primaryKey(),
    ...place,
    type: text("type").$type<InputType>().notNull(),
    value: text("value").notNull(),
    description: text("description").notNull(),
    author: text("author").notNull(),
    /** Rises with each edit; the ETag. */
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("variables_place").on(table.environmentId, table.name, table.fleetId, table.selector),
    index("variables_environment").on(table.organizationId, table.environmentId, table.id),
  ],
);

export const secrets = sqliteTable(
  "secrets",
  {
    id: text("id").$type<Id<"secret">>().primaryKey(),
    ...place,
    description: text("description").notNull(),
    /** The number that releases are given; 0 = none is approved yet. */
    currentVersion: integer("current_version").notNull(),
    latestVersion: integer("latest_version").notNull(),
    /** Rises with each edit; the ETag. */
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("secrets_place").on(table.environmentId, table.name, table.fleetId, table.selector),
    index("secrets_environment").on(table.organizationId, table.environmentId, table.id),
  ],
);

export const secretVersions = sqliteTable(
  "secret_versions",
  {
    id: text("id").$type<Id<"secretVersion">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    secretId: text("secret_id").$type<Id<"secret">>().notNull(),
    number: integer("number").notNull(),
    /** The organization's key that sealed it. */
    keyId: text("key_id").$type<Id<"organizationKey">>().notNull(),
    /** null = destroyed. */
    sealed: text("sealed"),
    state: text("state", { enum: secretDecisions }).notNull(),
    author: text("author").notNull(),
    /** The person behind the author, who may not approve it; null = not known. */
    person: text("person").$type<UserId>(),
    decidedBy: text("decided_by"),
    decidedAt: integer("decided_at"),
    createdAt: integer("created_at").notNull(),
    destroyedAt: integer("destroyed_at"),
  },
  (table) => [
    uniqueIndex("secret_versions_number").on(table.secretId, table.number),
    index("secret_versions_key").on(table.organizationId, table.keyId, table.id),
  ],
);

/** Data keys, wrapped by a master key. The newest one seals. */
export const organizationKeys = sqliteTable(
  "organization_keys",
  {
    id: text("id").$type<Id<"organizationKey">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    wrapped: text("wrapped").notNull(),
    masterKeyId: text("master_key_id").notNull(),
    createdAt: integer("created_at").notNull(),
    /** When fleets last had to be told of it anew; 0 = never. */
    rewrappedAt: integer("rewrapped_at").notNull(),
  },
  (table) => [
    index("organization_keys_organization").on(table.organizationId, table.id),
    index("organization_keys_master").on(table.masterKeyId, table.id),
  ],
);
