import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { TemplateOrigin } from "../../domain/configs/templates.ts";
import type { Labels } from "../../domain/fleets/agent-state.ts";
import type {
  ConfigId,
  ConfigVersionId,
  FleetId,
  Id,
  OrganizationId,
  ProjectId,
  ReleaseId,
} from "../../domain/ids.ts";

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
    labels: text("labels", { mode: "json" }).$type<Labels>().notNull().default({}),
    /** null = it was not made from a template. */
    template: text("template", { mode: "json" }).$type<TemplateOrigin>(),
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
    /** What its placeholders name, each once: `var:NAME`, `secret:NAME`, `agent:label`. */
    inputs: text("inputs", { mode: "json" }).$type<string[]>().notNull().default([]),
  },
  (table) => [uniqueIndex("config_versions_number").on(table.configId, table.number)],
);

/** The next version of a config while people write it; shared by all who may. */
export const configDrafts = sqliteTable(
  "config_drafts",
  {
    configId: text("config_id").$type<ConfigId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    content: text("content").notNull(),
    /** The version that it was begun from; 0 = none. */
    baseVersion: integer("base_version").notNull(),
    /** Rises with each save; the ETag. */
    version: integer("version").notNull(),
    author: text("author").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [index("config_drafts_organization").on(table.organizationId, table.configId)],
);

/** A word that people move from version to version, such as `stable`. */
export const configVersionLabels = sqliteTable(
  "config_version_labels",
  {
    id: text("id").$type<Id<"configLabel">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    configId: text("config_id").$type<ConfigId>().notNull(),
    label: text("label").notNull(),
    number: integer("number").notNull(),
    author: text("author").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [uniqueIndex("config_version_labels_label").on(table.configId, table.label)],
);

/** Which releases name which versions: written with the release, so that it never has to be looked for in them. */
export const configUses = sqliteTable(
  "config_uses",
  {
    /** The release's id and the place among its assignments: sorts as releases do. */
    id: text("id").primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    configId: text("config_id").$type<ConfigId>().notNull(),
    version: integer("version").notNull(),
    fleetId: text("fleet_id").$type<FleetId>().notNull(),
    releaseId: text("release_id").$type<ReleaseId>().notNull(),
    position: integer("position").notNull(),
  },
  (table) => [index("config_uses_config").on(table.organizationId, table.configId, table.id)],
);
