import {
  findServiceAccount,
  listServiceAccounts,
  type NamedServiceAccount,
} from "../../../db/queries/service-accounts.ts";
import type { OrganizationId, ServiceAccountId } from "../../../domain/ids.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Context, Membership } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { missing, organizationIds, organizationScope } from "../scope.ts";
import { serviceAccountView } from "./view.ts";

export async function serviceAccountScope(
  ctx: Context,
  id: ServiceAccountId,
  permission: Permission,
): Promise<NamedServiceAccount & { organization: Membership }> {
  const found = await findServiceAccount(ctx.db, organizationIds(ctx), id);
  if (!found) return missing("service account", id);
  return { ...found, organization: organizationScope(ctx, found.row.organizationId, permission) };
}

export async function get({ ctx, input }: { ctx: Context; input: { serviceAccount: ServiceAccountId } }) {
  return serviceAccountView(await serviceAccountScope(ctx, input.serviceAccount, "service_account.read"));
}

/** Oldest first. */
export async function list({ ctx, input }: { ctx: Context; input: ListInput & { org: OrganizationId } }) {
  const organization = organizationScope(ctx, input.org, "service_account.read");
  const after = idCursor("serviceAccount", input.cursor);
  const rows = await listServiceAccounts(ctx.db, organization.id, {
    limit: input.limit,
    ...(after && { after }),
  });
  return pageOf(rows, serviceAccountView, ({ row }) => row.id);
}
