import { type ConfigRow, findConfigVersion } from "../../../db/queries/configs.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Context } from "../context.ts";

/** 409 that says whose version came meanwhile. */
export async function refuseOutdated(ctx: Context, config: ConfigRow, baseVersion: number): Promise<never> {
  const latest = await findConfigVersion(ctx.db, config.organizationId, config.id, config.latestVersion);
  const by = latest ? ` by ${latest.author}${latest.message ? ` ("${latest.message}")` : ""}` : "";
  return refuse(
    "conflict",
    `Config ${config.name} is at version ${config.latestVersion}${by}, and this was edited from version ${baseVersion}. Compare the two, then save on top of ${config.latestVersion}.`,
    [{ path: "baseVersion", message: `the latest version is ${config.latestVersion}` }],
  );
}
