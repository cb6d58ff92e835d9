import { type InvitationStatus, listInvitations } from "../../../db/queries/invitations.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { organizationScope } from "../scope.ts";
import { invitationView } from "./view.ts";

/** Newest first. */
export async function list({
  ctx,
  input,
}: {
  ctx: Context;
  input: ListInput & { org: OrganizationId; status?: InvitationStatus | undefined };
}) {
  const organization = organizationScope(ctx, input.org, "member.read");
  const before = idCursor("invitation", input.cursor);
  const nowMs = ctx.clock.now();
  const rows = await listInvitations(
    ctx.db,
    organization.id,
    { nowMs, ...(input.status && { status: input.status }) },
    { limit: input.limit, ...(before && { before }) },
  );
  return pageOf(
    rows,
    (row) => invitationView(row, nowMs),
    ({ row }) => row.id,
  );
}
