import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { ConfigId, ConfigVersionId, OrganizationId, ProjectId } from "../../domain/ids.ts";

export const configs = sqliteTable(
  "configs",
  {
    id: text("id").$type<ConfigId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    projectId: text("project_id").$type<ProjectId>().notNull(),
    name: text("name").notNull(),
    kind: text("kind").notNull(),
    /** 0 = no version yet. */
    latestVersion: integer("latest_version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("configs_project_name").on(table.projectId, table.name),
    index("configs_project").on(table.organizationId, table.projectId, table.id),
  ],
);

/** Immutable once written. */
export const configVersions = sqliteTable(
  "config_versions",
  {
    id: text("id").$type<ConfigVersionId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    configId: text("config_id").$type<ConfigId>().notNull(),
    number: integer("number").notNull(),
    sha256: text("sha256").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    message: text("message"),
    author: text("author").notNull(),
    content: text("content").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [uniqueIndex("config_versions_number").on(table.configId, table.number)],
);
