import { listSsoDomains } from "../../../db/queries/sso.ts";
import type { Id, OrganizationId } from "../../../domain/ids.ts";
import type { SsoConnection } from "../../../protocol/api/sso.ts";
import type { Context } from "../context.ts";
import { organizationScope } from "../scope.ts";
import { connectionIn } from "./scope.ts";
import { connectionEtag, connectionView } from "./view.ts";

export interface OneConnection {
  org: OrganizationId;
  connection: Id<"ssoConnection">;
}

export async function get({
  ctx,
  input,
}: {
  ctx: Context;
  input: OneConnection;
}): Promise<{ connection: SsoConnection; etag: string }> {
  const { id } = organizationScope(ctx, input.org, "sso.read");
  const row = await connectionIn(ctx, id, input.connection);
  const domains = await listSsoDomains(ctx.db, id, [row.id]);
  return { connection: connectionView(ctx, row, domains), etag: connectionEtag(row) };
}
