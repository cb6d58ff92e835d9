import type { EnvironmentRow, ProjectRow } from "../../../db/queries/projects.ts";
import type { Environment, Project } from "../../../protocol/api/projects.ts";
import { iso } from "../time.ts";

export const projectView = (row: ProjectRow): Project => ({
  id: row.id,
  organizationId: row.organizationId,
  name: row.name,
  slug: row.slug,
  createdAt: iso(row.createdAt),
});

export const environmentView = (row: EnvironmentRow): Environment => ({
  id: row.id,
  organizationId: row.organizationId,
  projectId: row.projectId,
  name: row.name,
  slug: row.slug,
  windows: row.windows,
  freezes: row.freezes,
  revision: row.revision,
  protected: row.protected,
  createdAt: iso(row.createdAt),
});

export const environmentEtag = (row: EnvironmentRow): string => `"${row.revision}"`;
