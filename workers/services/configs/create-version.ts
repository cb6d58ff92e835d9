import { GuardFailed } from "../../../db/batch.ts";
import {
  type ConfigRow,
  findConfigVersion,
  insertConfigVersion,
  latestVersionIs,
  moveLatestVersion,
} from "../../../db/queries/configs.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { configScope } from "../scope.ts";
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
  if (input.baseVersion !== undefined && input.baseVersion !== config.latestVersion) {
    return outdated(ctx, config, input.baseVersion);
  }
  const number = config.latestVersion + 1;
  const version = versionRow(ctx, {
    organizationId: config.organizationId,
    configId: config.id,
    number,
    content: input.content,
    message: input.message,
  });
  try {
    await commit(ctx, {
      organizationId: config.organizationId,
      note: {
        action: "config.version",
        target: config.id,
        summary: `saved version ${number} of config ${config.name}`,
        changes: [
          { path: "config.latestVersion", before: config.latestVersion, after: number },
          { path: "config.sha256", after: version.sha256 },
        ],
      },
      statements: [
        insertConfigVersion(ctx.db, config.organizationId, version),
        moveLatestVersion(ctx.db, config.organizationId, config.id, number, ctx.clock.now()),
      ],
      guards: [
        { name: "latest", holds: latestVersionIs(config.organizationId, config.id, config.latestVersion) },
      ],
      quotas: [{ name: "versionsPerConfig", config: config.id }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    return outdated(ctx, await configScope(ctx, input.config, "config.write"), config.latestVersion);
  }
  return versionDetailView(config.kind, version);
}

async function outdated(ctx: Context, config: ConfigRow, baseVersion: number): Promise<never> {
  const latest = await findConfigVersion(ctx.db, config.organizationId, config.id, config.latestVersion);
  const by = latest ? ` by ${latest.author}${latest.message ? ` ("${latest.message}")` : ""}` : "";
  return refuse(
    "conflict",
    `Config ${config.name} is at version ${config.latestVersion}${by}, and this was edited from version ${baseVersion}. Compare the two, then save on top of ${config.latestVersion}.`,
    [{ path: "baseVersion", message: `the latest version is ${config.latestVersion}` }],
  );
}
