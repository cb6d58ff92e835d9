import {
  findSsoConnection,
  findSsoDomain,
  type SsoConnectionRow,
  type SsoDomainRow,
} from "../../../db/queries/sso.ts";
import type { Id, OrganizationId } from "../../../domain/ids.ts";
import { requireRecent } from "../auth/recent.ts";
import type { Context, Membership } from "../context.ts";
import { missing, organizationScope } from "../scope.ts";

/** To change who may sign in: a person who may, and who has shown to be there of late. */
export function settingsScope(ctx: Context, organizationId: OrganizationId): Membership {
  const organization = organizationScope(ctx, organizationId, "sso.write");
  requireRecent(ctx);
  return organization;
}

export async function connectionIn(
  ctx: Context,
  organizationId: OrganizationId,
  connectionId: Id<"ssoConnection">,
): Promise<SsoConnectionRow> {
  const row = await findSsoConnection(ctx.db, organizationId, connectionId);
  return row ?? missing("connection", connectionId);
}

export async function domainIn(
  ctx: Context,
  organizationId: OrganizationId,
  domainId: Id<"ssoDomain">,
): Promise<SsoDomainRow> {
  const row = await findSsoDomain(ctx.db, organizationId, domainId);
  return row ?? missing("domain", domainId);
}
