import { and, desc, eq, gt, inArray, lt, or, sql } from "drizzle-orm";
import type { AgentId, FleetId, OrganizationId, StreamId, UserId } from "../../domain/ids.ts";
import type { StoredExecState } from "../../domain/streams/exec-sessions.ts";
import type { Places } from "../../domain/tenancy/places.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { execSessions } from "../schema/index.ts";
import { fleetVisible } from "../visible.ts";

export type ExecSessionRow = typeof execSessions.$inferSelect;

export interface ExecSessionFilter {
  agent?: AgentId;
  fleet?: FleetId;
  state?: StoredExecState;
  /** Only of fleets that lie here. */
  places?: Places;
}

export function insertExecSession(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof execSessions.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(execSessions).values({ ...row, organizationId }));
}

export function updateExecSession(
  db: Database,
  organizationId: OrganizationId,
  id: StreamId,
  change: Partial<Omit<ExecSessionRow, "id" | "organizationId">>,
): Statement {
  return statement(
    db.orm
      .update(execSessions)
      .set(change)
      .where(and(eq(execSessions.organizationId, organizationId), eq(execSessions.id, id))),
  );
}

/** A guard's condition: nobody has moved it meanwhile. */
export function execSessionIs(organizationId: OrganizationId, id: StreamId, state: StoredExecState) {
  return sql`exists (select 1 from ${execSessions} where ${and(
    eq(execSessions.organizationId, organizationId),
    eq(execSessions.id, id),
    eq(execSessions.state, state),
  )})`;
}

/** A guard's condition: no more than so many wait for an approval. */
export function fewExecSessionsWait(organizationId: OrganizationId, most: number, nowMs: number) {
  return sql`(select count(*) from ${execSessions} where ${and(
    eq(execSessions.organizationId, organizationId),
    eq(execSessions.state, "awaiting_approval"),
    gt(execSessions.expiresAt, nowMs),
  )}) <= ${most}`;
}

/** Those of before, that nothing runs for any more. */
export function purgeExecSessions(db: Database, organizationId: OrganizationId, beforeMs: number): Statement {
  return statement(
    db.orm
      .delete(execSessions)
      .where(
        and(
          eq(execSessions.organizationId, organizationId),
          lt(execSessions.createdAt, beforeMs),
          lt(execSessions.expiresAt, beforeMs),
        ),
      ),
  );
}

export async function findExecSession(
  db: Database,
  organizationIds: readonly OrganizationId[],
  id: StreamId,
): Promise<ExecSessionRow | undefined> {
  const [found] = await db.orm
    .select()
    .from(execSessions)
    .where(and(eq(execSessions.id, id), inArray(execSessions.organizationId, [...organizationIds])))
    .limit(1);
  return found;
}

/** What runs for somebody: an actor, or the person behind one. */
export async function openExecSessionsOf(
  db: Database,
  organizationId: OrganizationId,
  who: string,
): Promise<Pick<ExecSessionRow, "id" | "fleetId">[]> {
  return db.orm
    .select({ id: execSessions.id, fleetId: execSessions.fleetId })
    .from(execSessions)
    .where(
      and(
        eq(execSessions.organizationId, organizationId),
        eq(execSessions.state, "open"),
        or(eq(execSessions.actor, who), eq(execSessions.person, who as UserId)),
      ),
    );
}

/** Newest first, from `before` down. */
export async function listExecSessions(
  db: Database,
  organizationId: OrganizationId,
  { agent, fleet, state, places }: ExecSessionFilter,
  page: { limit: number; before?: StreamId },
): Promise<Slice<ExecSessionRow>> {
  const rows = await db.orm
    .select()
    .from(execSessions)
    .where(
      and(
        eq(execSessions.organizationId, organizationId),
        agent ? eq(execSessions.agentId, agent) : undefined,
        fleet ? eq(execSessions.fleetId, fleet) : undefined,
        state ? eq(execSessions.state, state) : undefined,
        places && fleetVisible(organizationId, execSessions.fleetId, places),
        page.before ? lt(execSessions.id, page.before) : undefined,
      ),
    )
    .orderBy(desc(execSessions.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}
