/** The ways in which a service writes: what it changes and the row that tells of it, in one atomic batch. */
import { type Guard, write } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import { insertAuditEvent } from "../../../db/queries/audit.ts";
import { insertAccountEvent } from "../../../db/queries/people.ts";
import type { OrganizationId, UserId } from "../../../domain/ids.ts";
import type { QuotaName } from "../../../domain/tenancy/plans.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { Actor, Context, PublicContext } from "../context.ts";

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

/** Who an audit row names; a full actor, or a person who is just being made. */
export type Author = Pick<Actor, "id" | "name"> & Partial<Pick<Extract<Actor, { kind: "api_key" }>, "owner">>;

export interface Commit {
  organizationId: OrganizationId;
  note: AuditNote | AuditNote[];
  statements: readonly Statement[];
  guards?: readonly Guard[];
  /** Quotas that the write must leave unbroken, each checked in the same batch. */
  quotas?: readonly QuotaName[];
  /** Left out: the context's actor. */
  author?: Author;
}

/** Answers the rows changed by each of `statements`. Throws `GuardFailed` or `UniqueViolation`, as `write` does. */
export async function commit(
  ctx: PublicContext & { actor?: Actor },
  { organizationId, note, statements, guards = [], author = ctx.actor }: Commit,
): Promise<number[]> {
  if (!author) throw new Error("a write needs an author for its audit row");
  const notes = [note].flat().map((one) => auditRow(ctx, organizationId, author, one));
  const changed = await write(ctx.db, [...statements, ...notes], guards);
  return changed.slice(0, statements.length);
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
