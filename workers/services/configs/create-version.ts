import { GuardFailed } from "../../../db/batch.ts";
import {
  type ConfigRow,
  insertConfigVersion,
  latestVersionIs,
  moveLatestVersion,
} from "../../../db/queries/configs.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import { type Commit, commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { configScope } from "../scope.ts";
import { refuseOutdated } from "./refuse-outdated.ts";
import { versionRow } from "./version-row.ts";
import { versionDetailView } from "./view.ts";

export interface CreateVersion {
  config: ConfigId;
  content: string;
  message?: string | undefined;
  /** The version that this was edited from. */
  baseVersion?: number | undefined;
}

/** The next number. Versions are immutable; two writers never get the same one. */
export async function createVersion({ ctx, input }: { ctx: Context; input: CreateVersion }) {
  const config = await configScope(ctx, input.config, "config.write");
  return saveVersion(ctx, config, input);
}

/** `together` is written in the same batch; a guard of its own that fails is thrown as `GuardFailed`. */
export async function saveVersion(
  ctx: Context,
  config: ConfigRow,
  version: Omit<CreateVersion, "config"> & { summary?: string },
  together: Partial<Pick<Commit, "statements" | "guards">> = {},
) {
  if (version.baseVersion !== undefined && version.baseVersion !== config.latestVersion) {
    return refuseOutdated(ctx, config, version.baseVersion);
  }
  const number = config.latestVersion + 1;
  const row = versionRow(ctx, {
    organizationId: config.organizationId,
    configId: config.id,
    kind: config.kind,
    number,
    content: version.content,
    message: version.message,
  });
  const summary = version.summary ? `, ${version.summary}` : "";
  try {
    await commit(ctx, {
      organizationId: config.organizationId,
      note: {
        action: "config.version",
        target: config.id,
        summary: `saved version ${number} of config ${config.name}${summary}`,
        changes: [
          { path: "config.latestVersion", before: config.latestVersion, after: number },
          { path: "config.sha256", after: row.sha256 },
        ],
      },
      statements: [
        insertConfigVersion(ctx.db, config.organizationId, row),
        moveLatestVersion(ctx.db, config.organizationId, config.id, number, ctx.clock.now()),
        ...(together.statements ?? []),
      ],
      guards: [
        { name: "latest", holds: latestVersionIs(config.organizationId, config.id, config.latestVersion) },
        ...(together.guards ?? []),
      ],
      quotas: [{ name: "versionsPerConfig", config: config.id }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed) || error.guard !== "latest") throw error;
    return refuseOutdated(ctx, await configScope(ctx, config.id, "config.write"), config.latestVersion);
  }
  return versionDetailView(config.kind, row);
}
