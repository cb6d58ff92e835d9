/** Mails on their way. */
import { and, asc, eq, isNotNull, isNull, lt, lte, sql } from "drizzle-orm";
import type { Id } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { mails } from "../schema/accounts.ts";

export type MailRow = typeof mails.$inferSelect;

export function insertMail(db: Database, row: typeof mails.$inferInsert): Statement {
  return statement(db.orm.insert(mails).values(row));
}

export async function findMail(db: Database, id: Id<"mail">): Promise<MailRow | undefined> {
  const [row] = await db.orm.select().from(mails).where(eq(mails.id, id)).limit(1);
  return row;
}

/** Those that have waited longest first. */
export function dueMails(db: Database, nowMs: number, limit: number): Promise<MailRow[]> {
  return db.orm
    .select()
    .from(mails)
    .where(lte(mails.nextAttemptAt, nowMs))
    .orderBy(asc(mails.nextAttemptAt), asc(mails.id))
    .limit(limit);
}

/** Claims one attempt: changes no row when another has begun it. Until `retryAt` nobody else tries. */
export function claimMail(db: Database, { id, attempts }: MailRow, retryAt: number): Statement {
  return statement(
    db.orm
      .update(mails)
      .set({ attempts: attempts + 1, nextAttemptAt: retryAt })
      .where(and(eq(mails.id, id), eq(mails.attempts, attempts), isNull(mails.sentAt))),
  );
}

export function markMailSent(db: Database, id: Id<"mail">, nowMs: number): Statement {
  return statement(
    db.orm
      .update(mails)
      .set({ sentAt: nowMs, nextAttemptAt: null, sealed: "", failure: null })
      .where(eq(mails.id, id)),
  );
}

export function noteMailFailure(db: Database, id: Id<"mail">, failure: string): Statement {
  return statement(db.orm.update(mails).set({ failure }).where(eq(mails.id, id)));
}

/** Nobody tries again, and the text is gone. */
export function giveMailUp(db: Database, id: Id<"mail">, failure: string): Statement {
  return statement(
    db.orm.update(mails).set({ failure, nextAttemptAt: null, sealed: "" }).where(eq(mails.id, id)),
  );
}

/** Mails that are still waiting though nobody could send them for so long. */
export function giveOldMailsUp(db: Database, createdBeforeMs: number, failure: string): Statement {
  return statement(
    db.orm
      .update(mails)
      .set({ failure: sql`coalesce(${mails.failure}, ${failure})`, nextAttemptAt: null, sealed: "" })
      .where(and(isNotNull(mails.nextAttemptAt), lt(mails.createdAt, createdBeforeMs))),
  );
}

export function purgeMails(db: Database, createdBeforeMs: number): Statement {
  return statement(
    db.orm.delete(mails).where(and(isNull(mails.nextAttemptAt), lt(mails.createdAt, createdBeforeMs))),
  );
}
