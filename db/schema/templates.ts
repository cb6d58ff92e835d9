import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { TemplateParameter } from "../../domain/configs/templates.ts";
import type { Id, OrganizationId, ProjectId } from "../../domain/ids.ts";

/** Shared within a project. Those that come with the product are in `domain/configs/catalogue`. */
export const templates = sqliteTable(
  "templates",
  {
    id: text("id").$type<Id<"template">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    projectId: text("project_id").$type<ProjectId>().notNull(),
    name: text("name").notNull(),
    kind: text("kind").notNull(),
    title: text("title").notNull(),
    description: text("description").notNull(),
    latestVersion: integer("latest_version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("templates_project_name").on(table.projectId, table.name),
    index("templates_project").on(table.organizationId, table.projectId, table.id),
  ],
);

/** Immutable once written. */
export const templateVersions = sqliteTable(
  "template_versions",
  {
    id: text("id").$type<Id<"templateVersion">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    templateId: text("template_id").$type<Id<"template">>().notNull(),
    number: integer("number").notNull(),
    content: text("content").notNull(),
    parameters: text("parameters", { mode: "json" }).$type<TemplateParameter[]>().notNull(),
    message: text("message"),
    author: text("author").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [uniqueIndex("template_versions_number").on(table.templateId, table.number)],
);
