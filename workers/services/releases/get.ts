import type { ReleaseId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { releaseScope } from "../scope.ts";
import { releaseView } from "./view.ts";

export async function get({ ctx, input }: { ctx: Context; input: { release: ReleaseId } }) {
  return releaseView(await releaseScope(ctx, input.release, "rollout.read"));
}
