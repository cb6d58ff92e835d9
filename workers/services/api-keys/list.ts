import { listApiKeys } from "../../../db/queries/api-keys.ts";
import type { OrganizationId, ServiceAccountId, UserId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { organizationScope } from "../scope.ts";
import { apiKeyView } from "./view.ts";

export async function list({
  ctx,
  input,
}: {
  ctx: Context;
  input: ListInput & { org: OrganizationId; owner?: UserId | ServiceAccountId | undefined };
}) {
  const organization = organizationScope(ctx, input.org, "api_key.read");
  const after = idCursor("apiKey", input.cursor);
  const rows = await listApiKeys(
    ctx.db,
    organization.id,
    { ...(input.owner && { owner: input.owner }) },
    { limit: input.limit, ...(after && { after }) },
  );
  return pageOf(rows, apiKeyView, ({ key }) => key.id);
}
