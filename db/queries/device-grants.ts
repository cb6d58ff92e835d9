/** Sign-ins of devices without a browser. They belong to nobody until a person decides. */
import { and, eq, gt, isNull, lt, sql } from "drizzle-orm";
import type { SessionId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { deviceGrants, sessions } from "../schema/accounts.ts";

export type DeviceGrantRow = typeof deviceGrants.$inferSelect;

export function insertDeviceGrant(db: Database, row: typeof deviceGrants.$inferInsert): Statement {
  return statement(db.orm.insert(deviceGrants).values(row));
}

export async function findGrantByDeviceCode(
  db: Database,
  deviceCodeHash: string,
): Promise<DeviceGrantRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(deviceGrants)
    .where(eq(deviceGrants.deviceCodeHash, deviceCodeHash))
    .limit(1);
  return row;
}

export async function findGrantByUserCode(
  db: Database,
  userCode: string,
): Promise<DeviceGrantRow | undefined> {
  const [row] = await db.orm.select().from(deviceGrants).where(eq(deviceGrants.userCode, userCode)).limit(1);
  return row;
}

export function notePoll(
  db: Database,
  id: DeviceGrantRow["id"],
  poll: Pick<DeviceGrantRow, "lastPolledAt" | "intervalSeconds">,
): Statement {
  return statement(db.orm.update(deviceGrants).set(poll).where(eq(deviceGrants.id, id)));
}

/** Holds for one decision only. */
export function grantUndecided(id: DeviceGrantRow["id"], nowMs: number) {
  return sql`exists (select 1 from ${deviceGrants} where ${and(
    eq(deviceGrants.id, id),
    isNull(deviceGrants.decision),
    gt(deviceGrants.expiresAt, nowMs),
  )})`;
}

/** Holds while the session that decides has not ended: what it approves would outlive it. */
export function approverSignedIn(sessionId: SessionId, nowMs: number) {
  return sql`exists (select 1 from ${sessions} where ${and(
    eq(sessions.id, sessionId),
    isNull(sessions.revokedAt),
    gt(sessions.expiresAt, nowMs),
  )})`;
}

export function decideGrant(
  db: Database,
  id: DeviceGrantRow["id"],
  decision: Pick<DeviceGrantRow, "decision" | "decidedBy" | "sessionId">,
): Statement {
  return statement(db.orm.update(deviceGrants).set(decision).where(eq(deviceGrants.id, id)));
}

/** Holds for one device only, while the person has not revoked what was approved. */
export function grantUnused(id: DeviceGrantRow["id"], nowMs: number) {
  return sql`exists (select 1 from ${deviceGrants} inner join ${sessions} on ${eq(sessions.id, deviceGrants.sessionId)} where ${and(
    eq(deviceGrants.id, id),
    eq(deviceGrants.decision, "approve"),
    isNull(deviceGrants.usedAt),
    gt(deviceGrants.expiresAt, nowMs),
    isNull(sessions.revokedAt),
  )})`;
}

/** The device has its session now: it lasts as any other. */
export function markGrantUsed(
  db: Database,
  grant: DeviceGrantRow,
  nowMs: number,
  session: { id: NonNullable<DeviceGrantRow["sessionId"]>; expiresAt: number },
): Statement[] {
  return [
    statement(db.orm.update(deviceGrants).set({ usedAt: nowMs }).where(eq(deviceGrants.id, grant.id))),
    statement(
      db.orm
        .update(sessions)
        .set({ expiresAt: session.expiresAt, rotatedAt: nowMs })
        .where(eq(sessions.id, session.id)),
    ),
  ];
}

export function purgeDeviceGrants(db: Database, expiredBeforeMs: number): Statement {
  return statement(db.orm.delete(deviceGrants).where(lt(deviceGrants.expiresAt, expiredBeforeMs)));
}
