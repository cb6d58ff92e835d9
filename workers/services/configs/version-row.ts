import type { ConfigVersionRow } from "../../../db/queries/configs.ts";
import { sha256Hex } from "../../../domain/configs/hash.ts";
import { inputNames } from "../../../domain/configs/kinds.ts";
import type { ConfigId, OrganizationId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";

export function versionRow(
  ctx: Context,
  version: {
    organizationId: OrganizationId;
    configId: ConfigId;
    kind: string;
    number: number;
    content: string;
    message?: string | undefined;
  },
): ConfigVersionRow {
  return {
    id: ctx.ids.make("configVersion"),
    organizationId: version.organizationId,
    configId: version.configId,
    number: version.number,
    sha256: sha256Hex(version.content),
    sizeBytes: Buffer.byteLength(version.content),
    message: version.message ?? null,
    author: ctx.actor.name,
    content: version.content,
    createdAt: ctx.clock.now(),
    inputs: inputNames(version.kind, version.content),
  };
}
