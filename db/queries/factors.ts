/** Second factors of a person: authenticator app, recovery codes, passkeys. */
import { and, asc, count, eq, isNotNull, isNull, max, or, sql } from "drizzle-orm";
import type { Id, OrganizationId, SessionId, UserId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { passkeys, recoveryCodes, sessions, users } from "../schema/accounts.ts";
import { memberships, organizations } from "../schema/tenancy.ts";

export type PasskeyRow = typeof passkeys.$inferSelect;

export function setTotpSecret(db: Database, userId: UserId, sealed: string): Statement {
  return statement(
    db.orm
      .update(users)
      .set({ totpSecret: sealed, totpConfirmedAt: null, totpLastStep: null })
      .where(eq(users.id, userId)),
  );
}

/** Holds while the password is the one that was shown: a new one, chosen in this moment, ends what the old one opens. */
export function passwordStands(userId: UserId, passwordHash: string) {
  return sql`exists (select 1 from ${users} where ${and(eq(users.id, userId), eq(users.passwordHash, passwordHash))})`;
}

/** Holds while no authenticator app counts. */
export function totpUnconfirmed(userId: UserId) {
  return sql`exists (select 1 from ${users} where ${and(eq(users.id, userId), isNull(users.totpConfirmedAt))})`;
}

/** Holds for one caller only: no code of this step, or of an earlier one, was taken with this secret. */
export function totpStepStands(userId: UserId, sealed: string, step: number) {
  return sql`exists (select 1 from ${users} where ${and(
    eq(users.id, userId),
    eq(users.totpSecret, sealed),
    or(isNull(users.totpLastStep), sql`${users.totpLastStep} < ${step}`),
  )})`;
}

export function takeTotpStep(db: Database, userId: UserId, step: number): Statement {
  return statement(db.orm.update(users).set({ totpLastStep: step }).where(eq(users.id, userId)));
}

export function confirmTotp(db: Database, userId: UserId, nowMs: number): Statement {
  return statement(db.orm.update(users).set({ totpConfirmedAt: nowMs }).where(eq(users.id, userId)));
}

export function removeTotp(db: Database, userId: UserId): Statement {
  return statement(
    db.orm
      .update(users)
      .set({ totpSecret: null, totpConfirmedAt: null, totpLastStep: null })
      .where(eq(users.id, userId)),
  );
}

/** Those that still count, and when they were made; null = none were made. */
export async function countRecoveryCodes(db: Database, userId: UserId) {
  const [row] = await db.orm
    .select({
      made: count(),
      left: sql<number>`coalesce(sum(${recoveryCodes.usedAt} is null), 0)`,
      createdAt: max(recoveryCodes.createdAt),
    })
    .from(recoveryCodes)
    .where(eq(recoveryCodes.userId, userId));
  return row && row.createdAt !== null ? { left: row.left, createdAt: row.createdAt } : null;
}

export function replaceRecoveryCodes(
  db: Database,
  userId: UserId,
  hashes: readonly string[],
  nowMs: number,
): Statement[] {
  return [
    statement(db.orm.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId))),
    statement(
      db.orm
        .insert(recoveryCodes)
        .values(hashes.map((codeHash) => ({ codeHash, userId, createdAt: nowMs, usedAt: null }))),
    ),
  ];
}

/** Holds for one caller only. */
export function recoveryCodeStands(userId: UserId, codeHash: string) {
  return sql`exists (select 1 from ${recoveryCodes} where ${and(
    eq(recoveryCodes.codeHash, codeHash),
    eq(recoveryCodes.userId, userId),
    isNull(recoveryCodes.usedAt),
  )})`;
}

export function takeRecoveryCode(db: Database, codeHash: string, nowMs: number): Statement {
  return statement(
    db.orm.update(recoveryCodes).set({ usedAt: nowMs }).where(eq(recoveryCodes.codeHash, codeHash)),
  );
}

/** Oldest first. */
export function passkeysOfUser(db: Database, userId: UserId): Promise<PasskeyRow[]> {
  return db.orm.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.id));
}

export async function findPasskeyByCredential(
  db: Database,
  credentialId: string,
): Promise<PasskeyRow | undefined> {
  const [row] = await db.orm.select().from(passkeys).where(eq(passkeys.credentialId, credentialId)).limit(1);
  return row;
}

export async function findPasskey(
  db: Database,
  userId: UserId,
  id: Id<"passkey">,
): Promise<PasskeyRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(passkeys)
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)))
    .limit(1);
  return row;
}

export function insertPasskey(db: Database, row: typeof passkeys.$inferInsert): Statement {
  return statement(db.orm.insert(passkeys).values(row));
}

/** Holds while the person has fewer passkeys than `limit`. */
export function passkeysBelow(userId: UserId, limit: number) {
  return sql`(select count(*) from ${passkeys} where ${eq(passkeys.userId, userId)}) < ${limit}`;
}

export function renamePasskey(db: Database, id: Id<"passkey">, name: string): Statement {
  return statement(db.orm.update(passkeys).set({ name }).where(eq(passkeys.id, id)));
}

export function removePasskey(db: Database, id: Id<"passkey">): Statement {
  return statement(db.orm.delete(passkeys).where(eq(passkeys.id, id)));
}

/** Holds while nobody has used the passkey, or removed it, since `row` was read. */
export function passkeyStands({ id, counter }: PasskeyRow) {
  return sql`exists (select 1 from ${passkeys} where ${and(eq(passkeys.id, id), eq(passkeys.counter, counter))})`;
}

export function takePasskey(
  db: Database,
  id: Id<"passkey">,
  used: { counter: number; backedUp: boolean; lastUsedAt: number },
): Statement {
  return statement(db.orm.update(passkeys).set(used).where(eq(passkeys.id, id)));
}

/** Who has neither app nor passkey left needs no codes, and sessions cannot count as shown by two factors. */
export function endSecondFactorIfNone(db: Database, userId: UserId): Statement[] {
  const none = sql`not exists (select 1 from ${passkeys} where ${eq(passkeys.userId, userId)})
    and not exists (select 1 from ${users} where ${and(eq(users.id, userId), isNotNull(users.totpConfirmedAt))})`;
  return [
    statement(db.orm.delete(recoveryCodes).where(and(eq(recoveryCodes.userId, userId), none))),
    statement(
      db.orm
        .update(sessions)
        .set({ secondFactor: false })
        .where(and(eq(sessions.userId, userId), none)),
    ),
  ];
}

/** What was shown in a session that goes on. */
export function proveSession(
  db: Database,
  sessionId: SessionId,
  shown: { secondFactor?: true; authenticatedAt?: number },
): Statement {
  return statement(db.orm.update(sessions).set(shown).where(eq(sessions.id, sessionId)));
}

export async function twoFactorRequired(db: Database, organizationId: OrganizationId): Promise<boolean> {
  const [row] = await db.orm
    .select({ required: organizations.requireTwoFactor })
    .from(organizations)
    .where(eq(organizations.id, organizationId))
    .limit(1);
  return row?.required ?? false;
}

/** Members who have neither an app nor a passkey. */
export async function countWithoutSecondFactor(
  db: Database,
  organizationId: OrganizationId,
): Promise<number> {
  const [row] = await db.orm
    .select({ without: count() })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.organizationId, organizationId),
        isNull(users.totpConfirmedAt),
        sql`not exists (select 1 from ${passkeys} where ${eq(passkeys.userId, users.id)})`,
      ),
    );
  return row?.without ?? 0;
}

/** The version rises with it: the policy is part of what the organization's ETag stands for. */
export function setRequireTwoFactor(
  db: Database,
  organizationId: OrganizationId,
  requireTwoFactor: boolean,
): Statement {
  return statement(
    db.orm
      .update(organizations)
      .set({ requireTwoFactor, version: sql`${organizations.version} + 1` })
      .where(eq(organizations.id, organizationId)),
  );
}
