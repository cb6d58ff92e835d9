/** Wrong guesses of late. */
import { and, eq, gt, gte, inArray, lte, sql } from "drizzle-orm";
import { type Database, type Statement, statement } from "../client.ts";
import { guessCounts } from "../schema/accounts.ts";

export type GuessCountRow = typeof guessCounts.$inferSelect;

/** One more; the count begins anew when its window has passed. */
export function countGuess(db: Database, subject: string, nowMs: number, resetsAt: number): Statement {
  const passed = sql`${guessCounts.resetsAt} <= ${nowMs}`;
  return statement(
    db.orm
      .insert(guessCounts)
      .values({ subject, count: 1, resetsAt })
      .onConflictDoUpdate({
        target: guessCounts.subject,
        set: {
          count: sql`case when ${passed} then 1 else ${guessCounts.count} + 1 end`,
          resetsAt: sql`case when ${passed} then ${resetsAt} else ${guessCounts.resetsAt} end`,
        },
      }),
  );
}

/** Takes one guess back that was counted before it was known to be right. */
export function uncountGuess(db: Database, subject: string): Statement {
  return statement(
    db.orm
      .update(guessCounts)
      .set({ count: sql`max(0, ${guessCounts.count} - 1)` })
      .where(eq(guessCounts.subject, subject)),
  );
}

export function clearGuesses(db: Database, subject: string): Statement {
  return statement(db.orm.delete(guessCounts).where(eq(guessCounts.subject, subject)));
}

/** Holds while the subject may guess once more. */
export function mayGuess(subject: string, limit: number, nowMs: number) {
  return sql`not exists (select 1 from ${guessCounts} where ${and(
    eq(guessCounts.subject, subject),
    gt(guessCounts.resetsAt, nowMs),
    gte(guessCounts.count, limit),
  )})`;
}

export function guessesOf(db: Database, subjects: readonly string[]): Promise<GuessCountRow[]> {
  return db.orm
    .select()
    .from(guessCounts)
    .where(inArray(guessCounts.subject, [...subjects]));
}

export function purgeGuessCounts(db: Database, nowMs: number): Statement {
  return statement(db.orm.delete(guessCounts).where(lte(guessCounts.resetsAt, nowMs)));
}
