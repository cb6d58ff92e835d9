import { type AuditAnchorRow, auditChain, auditHashes, findAuditAnchor } from "../../../db/queries/audit.ts";
import {
  breakAfter,
  breakFromNoted,
  type ChainBreak,
  type ChainPoint,
  genesis,
} from "../../../domain/audit/chain.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { AuditVerification } from "../../../protocol/api/audit.ts";
import type { Context } from "../context.ts";
import { organizationScope } from "../scope.ts";
import { iso } from "../time.ts";
import { sealAsFarAsPossible } from "./seal.ts";
import { auditEventView } from "./view.ts";

/** How many events one call checks at most: more would take longer than a request may. */
const checkedAtOnce = 50_000;
const pageSize = 1_000;

/** Computes every hash anew. `noted` is a place that somebody wrote down: it must still be so. */
export async function verify({
  ctx,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId; noted?: ChainPoint | undefined };
}): Promise<AuditVerification> {
  const { id } = organizationScope(ctx, input.org, "audit.read");
  await sealAsFarAsPossible(ctx, id);
  const anchor = await findAuditAnchor(ctx.db, id);
  const known = anchor && { seq: anchor.seq, hash: anchor.hash };
  const answer = (found: Found): AuditVerification => ({
    valid: found.firstBroken === null,
    ...found,
    head: found.head.seq === 0 ? null : found.head,
    anchor: anchor ? { seq: anchor.seq, hash: anchor.hash, removedBefore: iso(anchor.removedBefore) } : null,
  });
  if (!input.noted) return answer(await check(ctx, id, known ?? genesis));
  const broken = await notedBreak(ctx, id, input.noted, anchor);
  return broken
    ? answer({ checked: 0, complete: false, firstBroken: broken, head: known ?? genesis })
    : answer(await check(ctx, id, input.noted));
}

interface Found {
  checked: number;
  complete: boolean;
  firstBroken: ChainBreak | null;
  head: ChainPoint;
}

async function check(ctx: Context, id: OrganizationId, start: ChainPoint): Promise<Found> {
  let head = start;
  let checked = 0;
  while (checked < checkedAtOnce) {
    const rows = await auditChain(ctx.db, id, { afterSeq: head.seq, limit: pageSize });
    for (const row of rows) {
      const firstBroken = breakAfter(head, auditEventView(row));
      if (firstBroken) return { checked, complete: false, firstBroken, head };
      // An event that does not break the chain is sealed.
      head = { seq: row.seq, hash: row.hash ?? "" };
      checked++;
    }
    if (rows.length < pageSize) return { checked, complete: true, firstBroken: null, head };
  }
  return { checked, complete: false, firstBroken: null, head };
}

async function notedBreak(
  ctx: Context,
  id: OrganizationId,
  noted: ChainPoint,
  anchor: AuditAnchorRow | undefined,
): Promise<ChainBreak | null> {
  if (anchor && noted.seq < anchor.seq) {
    const gone = `Events up to ${anchor.seq} were removed at the end of their retention`;
    refuse(
      "validation_failed",
      `${gone}, so event ${noted.seq} cannot be checked. Leave after and hash out.`,
      [{ path: "after", message: `must be ${anchor.seq} or more` }],
    );
  }
  if (anchor?.seq === noted.seq) return breakFromNoted(noted, { id: null, hash: anchor.hash });
  const [row] = await auditHashes(ctx.db, id, [noted.seq]);
  if (row) return breakFromNoted(noted, row);
  const detail = `Event ${noted.seq}, which was noted, is missing.`;
  return { seq: noted.seq, id: null, fault: "missing", detail };
}
