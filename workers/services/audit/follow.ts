import {
  type AuditEventRow,
  type AuditRowFilter,
  auditChain,
  lastAuditSeq,
} from "../../../db/queries/audit.ts";
import { DomainError } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { AuditEvent, AuditFilter } from "../../../protocol/api/audit.ts";
import { authenticate } from "../auth/authenticate.ts";
import type { Context } from "../context.ts";
import { organizationScope } from "../scope.ts";
import { rowFilter } from "./filter.ts";
import { sealAsFarAsPossible } from "./seal.ts";
import { auditEventView } from "./view.ts";

const pageSize = 200;
const lookEveryMs = 2_000;
/** Who follows dials again after so long, and goes on where the stream ended. */
const leaseMs = 10 * 60_000;
/** A credential may be revoked meanwhile: it is looked at anew so often. */
const askAgainMs = 15_000;

export interface FollowInput {
  org: OrganizationId;
  /** Only events after this one; from now on when left out. */
  afterSeq?: number | undefined;
  filter: AuditFilter;
  /** The caller's credential, to be looked at again. */
  bearer: string | undefined;
}

/** What is new since the last look, perhaps nothing, and up to where that is known. */
export interface Look {
  events: AuditEvent[];
  seq: number;
}

/** Checks before it answers; then looks every two seconds until the lease or the credential ends. */
export async function follow({
  ctx,
  input,
}: {
  ctx: Context;
  input: FollowInput;
}): Promise<AsyncGenerator<Look, void>> {
  const { id } = organizationScope(ctx, input.org, "audit.read");
  const filter = rowFilter(input.filter);
  const seq = input.afterSeq ?? (await lastAuditSeq(ctx.db, id));
  return looks(ctx, id, filter, seq, input.bearer);
}

async function* looks(
  ctx: Context,
  id: OrganizationId,
  filter: AuditRowFilter,
  startSeq: number,
  bearer: string | undefined,
): AsyncGenerator<Look, void> {
  const beganMs = ctx.clock.now();
  const untilMs = Math.min(beganMs + leaseMs, ctx.actor.expiresAtMs ?? Number.POSITIVE_INFINITY);
  let askedMs = beganMs;
  let look: Look = { events: [], seq: startSeq };
  yield look;
  while (ctx.clock.now() < untilMs) {
    look = await lookAfter(ctx, id, filter, look.seq);
    yield look;
    if (look.events.length === pageSize) continue;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    if (ctx.clock.now() - askedMs < askAgainMs) continue;
    if (!(await stillMay(ctx, id, bearer))) return;
    askedMs = ctx.clock.now();
  }
}

async function lookAfter(
  ctx: Context,
  id: OrganizationId,
  filter: AuditRowFilter,
  afterSeq: number,
): Promise<Look> {
  const toSeq = await lastAuditSeq(ctx.db, id);
  if (toSeq <= afterSeq) return { events: [], seq: afterSeq };
  const read = () => auditChain(ctx.db, id, { afterSeq, toSeq, limit: pageSize }, filter);
  let rows: AuditEventRow[] = await read();
  if (rows.some(({ hash }) => hash === null)) {
    await sealAsFarAsPossible(ctx, id);
    rows = await read();
  }
  const last = rows.at(-1);
  const full = rows.length === pageSize && last !== undefined;
  return { events: rows.map(auditEventView), seq: full ? last.seq : toSeq };
}

async function stillMay(ctx: Context, id: OrganizationId, bearer: string | undefined): Promise<boolean> {
  try {
    const actor = await authenticate({ ctx, input: { bearer } });
    organizationScope({ ...ctx, actor }, id, "audit.read");
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}
