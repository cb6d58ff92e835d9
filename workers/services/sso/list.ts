import { listSsoConnections } from "../../../db/queries/sso.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { organizationScope } from "../scope.ts";
import { viewConnections } from "./view.ts";

/** Oldest first. */
export async function list({ ctx, input }: { ctx: Context; input: ListInput & { org: OrganizationId } }) {
  const { id } = organizationScope(ctx, input.org, "sso.read");
  const after = idCursor("ssoConnection", input.cursor);
  const slice = await listSsoConnections(ctx.db, id, { limit: input.limit, ...(after && { after }) });
  const views = await viewConnections(ctx, id, slice.rows);
  return pageOf(
    { rows: views, more: slice.more },
    (view) => view,
    (view) => view.id,
  );
}
