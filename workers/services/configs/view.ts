import type { ConfigRow, ConfigVersionHead, ConfigVersionRow } from "../../../db/queries/configs.ts";
import { validate } from "../../../domain/configs/kinds.ts";
import type { Config, ConfigVersion, ConfigVersionDetail } from "../../../protocol/api/configs.ts";
import { iso } from "../time.ts";

export const configView = (row: ConfigRow): Config => ({
  id: row.id,
  organizationId: row.organizationId,
  projectId: row.projectId,
  name: row.name,
  kind: row.kind,
  latestVersion: row.latestVersion,
  labels: row.labels,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

export const versionView = (row: ConfigVersionHead): ConfigVersion => ({
  id: row.id,
  configId: row.configId,
  number: row.number,
  sha256: row.sha256,
  sizeBytes: row.sizeBytes,
  message: row.message,
  author: row.author,
  createdAt: iso(row.createdAt),
});

export const versionDetailView = (kind: string, row: ConfigVersionRow): ConfigVersionDetail => ({
  ...versionView(row),
  content: row.content,
  diagnostics: validate(kind, row.content),
});
