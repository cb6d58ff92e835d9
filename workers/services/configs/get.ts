import { labelsEtag } from "../../../domain/configs/labels-etag.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { configScope } from "../scope.ts";
import { configView } from "./view.ts";

export async function get({ ctx, input }: { ctx: Context; input: { config: ConfigId } }) {
  const row = await configScope(ctx, input.config, "config.read");
  return { config: configView(row), etag: labelsEtag(row.labels) };
}
