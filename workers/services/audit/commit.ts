/** The ways in which a service writes: what it changes and the row that tells of it, in one atomic batch. */
import type { Statement } from "../../../db/client.ts";
import { insertAuditEvent } from "../../../db/queries/audit.ts";
import { insertAccountEvent } from "../../../db/queries/people.ts";
import { type QuotaCheck, quotaGuard, quotaOfGuard } from "../../../db/queries/quotas.ts";
import { type Guard, GuardFailed, write } from "../../../db/write.ts";
import type { Id, OrganizationId, UserId } from "../../../domain/ids.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { Actor, Context, PublicContext } from "../context.ts";
import { refuseQuota } from "../quotas/refuse.ts";
import { seal } from "./seal.ts";

export interface AuditNote {
  /** `noun.verb` */
  action: string;
  /** Id of what was acted on. */
  target: string;
  summary: string;
  /** Before and after, as receipts have them; secrets are masked before they come here. */
  changes?: Receipt["changes"];
  sensitiveRead?: boolean;
}

/** Who an audit row names; a full actor, a person who is just being made, or a connection that vouched for somebody. */
export type Author = { id: Actor["id"] | Id<"ssoConnection">; name: string } & Partial<
  Pick<Extract<Actor, { kind: "api_key" }>, "owner">
>;

export interface Commit {
  organizationId: OrganizationId;
  note: AuditNote | AuditNote[];
  statements: readonly Statement[];
  guards?: readonly Guard[];
  /** Quotas that the write must leave unbroken, each counted in the same batch, after the statements. */
  quotas?: readonly QuotaCheck[];
  /** Left out: the context's actor. */
  author?: Author;
}

/**
 * Answers the rows changed by each of `statements`. Throws `GuardFailed` or `UniqueViolation`, as `write` does, and
 * refuses with `quota_exceeded`.
 */
export async function commit(
  ctx: PublicContext & { actor?: Actor },
  { organizationId, note, statements, guards = [], quotas = [], author = ctx.actor }: Commit,
): Promise<number[]> {
  if (!author) throw new Error("a write needs an author for its audit row");
  const notes = [note].flat().map((one) => auditRow(ctx, organizationId, author, one));
  const counted = quotas.map((check) => quotaGuard(organizationId, check, ctx.clock.now()));
  try {
    const changed = await write(ctx.db, [...statements, ...notes], [...guards, ...counted]);
    ctx.afterwards(seal(ctx, organizationId));
    return changed.slice(0, statements.length);
  } catch (error) {
    const over = error instanceof GuardFailed ? quotaOfGuard(error.guard, quotas) : undefined;
    if (over) await refuseQuota(ctx, organizationId, over);
    throw error;
  }
}

/** Notes a read that is sensitive: the audit row alone. */
export async function noteRead(ctx: Context, organizationId: OrganizationId, note: AuditNote): Promise<void> {
  await commit(ctx, { organizationId, note: { ...note, sensitiveRead: true }, statements: [] });
}

function auditRow(
  ctx: PublicContext,
  organizationId: OrganizationId,
  author: Author,
  note: AuditNote,
): Statement {
  return insertAuditEvent(ctx.db, organizationId, {
    id: ctx.ids.make("auditEvent"),
    at: ctx.clock.now(),
    actor: author.id,
    actorName: author.name,
    onBehalfOf: author.owner ?? null,
    requestId: ctx.requestId,
    address: ctx.client.address,
    userAgent: ctx.client.userAgent,
    changes: [],
    ...note,
  });
}

/** For what concerns a person's own account: told to that person alone. */
export async function commitAccount(
  ctx: PublicContext,
  {
    userId,
    note,
    statements,
    guards = [],
  }: {
    userId: UserId;
    note: { action: string; summary: string };
    statements: readonly Statement[];
    guards?: readonly Guard[];
  },
): Promise<number[]> {
  const told = insertAccountEvent(ctx.db, {
    id: ctx.ids.make("accountEvent"),
    userId,
    at: ctx.clock.now(),
    address: ctx.client.address,
    userAgent: ctx.client.userAgent,
    requestId: ctx.requestId,
    ...note,
  });
  const changed = await write(ctx.db, [...statements, told], guards);
  return changed.slice(0, statements.length);
}
