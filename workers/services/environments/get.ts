import type { EnvironmentId } from "../../../domain/ids.ts";
import type { Environment } from "../../../protocol/api/projects.ts";
import type { Context } from "../context.ts";
import { environmentEtag, environmentView } from "../projects/view.ts";
import { environmentScope } from "../scope.ts";

export async function get({
  ctx,
  input,
}: {
  ctx: Context;
  input: { environment: EnvironmentId };
}): Promise<{ environment: Environment; etag: string }> {
  const row = await environmentScope(ctx, input.environment, "environment.read");
  return { environment: environmentView(row), etag: environmentEtag(row) };
}
