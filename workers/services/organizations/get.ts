import { findOrganization, type OrganizationRow } from "../../../db/queries/organizations.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { OrganizationDetail } from "../../../protocol/api/organizations.ts";
import type { Context, Membership } from "../context.ts";
import { missing, organizationScope } from "../scope.ts";
import { organizationDetailView, organizationEtag } from "./view.ts";

export async function organizationRow(
  ctx: Context,
  organizationId: OrganizationId,
  permission: Permission,
): Promise<{ membership: Membership; row: OrganizationRow }> {
  const membership = organizationScope(ctx, organizationId, permission);
  const row = await findOrganization(ctx.db, membership.id);
  return row ? { membership, row } : missing("organization", organizationId);
}

export async function get({
  ctx,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId };
}): Promise<{ organization: OrganizationDetail; etag: string }> {
  const { membership, row } = await organizationRow(ctx, input.org, "organization.read");
  return { organization: organizationDetailView(membership, row), etag: organizationEtag(row) };
}
