import type { RolloutId } from "../../../domain/ids.ts";
import type { RolloutExport } from "../../../protocol/api/rollouts.ts";
import type { Context } from "../context.ts";
import { rolloutScope } from "../scope.ts";
import { askRollout } from "./ask.ts";

export async function exportLog({
  ctx,
  input,
}: {
  ctx: Context;
  input: { rollout: RolloutId };
}): Promise<RolloutExport> {
  const row = await rolloutScope(ctx, input.rollout, "rollout.read");
  return askRollout(ctx, row, (stub, scope) => stub.exportRollout(scope, row.id));
}
