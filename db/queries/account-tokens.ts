/** Links and challenges of persons that count once. */
import { and, eq, gt, isNull, lt, sql } from "drizzle-orm";
import type { UserId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type AccountTokenKind, accountTokens } from "../schema/accounts.ts";

export type AccountTokenRow = typeof accountTokens.$inferSelect;

export function insertAccountToken(db: Database, row: typeof accountTokens.$inferInsert): Statement {
  return statement(db.orm.insert(accountTokens).values(row));
}

export async function findAccountToken(
  db: Database,
  kind: AccountTokenKind,
  secretHash: string,
): Promise<AccountTokenRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(accountTokens)
    .where(and(eq(accountTokens.secretHash, secretHash), eq(accountTokens.kind, kind)))
    .limit(1);
  return row;
}

/** Holds for one caller only: a token is used once. */
export function accountTokenStands(id: AccountTokenRow["id"], nowMs: number) {
  return sql`exists (select 1 from ${accountTokens} where ${and(
    eq(accountTokens.id, id),
    isNull(accountTokens.usedAt),
    gt(accountTokens.expiresAt, nowMs),
  )})`;
}

export function spendAccountToken(db: Database, id: AccountTokenRow["id"], nowMs: number): Statement {
  return statement(
    db.orm.update(accountTokens).set({ usedAt: nowMs, data: "" }).where(eq(accountTokens.id, id)),
  );
}

/** What was asked for before counts no longer. */
export function endAccountTokens(
  db: Database,
  userId: UserId,
  kind: AccountTokenKind,
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(accountTokens)
      .set({ usedAt: nowMs, data: "" })
      .where(
        and(eq(accountTokens.userId, userId), eq(accountTokens.kind, kind), isNull(accountTokens.usedAt)),
      ),
  );
}

export function purgeAccountTokens(db: Database, expiredBeforeMs: number): Statement {
  return statement(db.orm.delete(accountTokens).where(lt(accountTokens.expiresAt, expiredBeforeMs)));
}
