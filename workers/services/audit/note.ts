import type { Statement } from "../../../db/client.ts";
import { insertAuditEvent } from "../../../db/queries/audit.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Actor, PublicContext } from "../context.ts";

/** The audit row that goes into the same batch as what it tells of. */
export function auditNote(
  ctx: PublicContext & { actor: Pick<Actor, "id"> },
  organizationId: OrganizationId,
  note: { action: string; target: string; summary: string },
): Statement {
  return insertAuditEvent(ctx.db, organizationId, {
    id: ctx.ids.make("auditEvent"),
    at: ctx.clock.now(),
    actor: ctx.actor.id,
    requestId: ctx.requestId,
    ...note,
  });
}
