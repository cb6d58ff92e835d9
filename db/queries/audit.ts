import { and, asc, desc, eq, gt, gte, lt, lte, or, type SQL, sql } from "drizzle-orm";
import { type Id, idPrefixes, type OrganizationId, ulidFloor } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { auditAnchors, auditEvents } from "../schema/index.ts";

/** `seq` is there in every row: the insert sets it, and a trigger demands it. */
export type AuditEventRow = Omit<typeof auditEvents.$inferSelect, "seq"> & { seq: number };
export type AuditAnchorRow = typeof auditAnchors.$inferSelect;

export interface AuditRowFilter {
  actor?: string | undefined;
  onBehalfOf?: string | undefined;
  /** `noun.verb` or `noun.*` */
  action?: string | undefined;
  target?: string | undefined;
  fromMs?: number | undefined;
  toMs?: number | undefined;
  /** Text in the summary or the actor's name. */
  q?: string | undefined;
}

/** The next place in the organization's chain, found in the same transaction: two writers never get the same. */
const nextSeq = (organizationId: OrganizationId): SQL<number> =>
  sql`(select coalesce((select max(seq) from audit_events where organization_id = ${organizationId}), (select seq from audit_anchors where organization_id = ${organizationId}), 0) + 1)`;

export function insertAuditEvent(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof auditEvents.$inferInsert, "organizationId" | "seq" | "hash">,
): Statement {
  return statement(
    db.orm.insert(auditEvents).values({ ...row, organizationId, seq: nextSeq(organizationId) }),
  );
}

/** What an index narrows. Ids rise with time, within the seconds that clocks of two machines may differ. */
function indexed(organizationId: OrganizationId, filter: AuditRowFilter): (SQL | undefined)[] {
  const { actor, onBehalfOf, action, target, fromMs, toMs } = filter;
  const noun = action?.endsWith(".*") ? action.slice(0, -1) : null;
  const bound = (ms: number) => `${idPrefixes.auditEvent}_${ulidFloor(Math.max(0, ms))}` as Id<"auditEvent">;
  return [
    eq(auditEvents.organizationId, organizationId),
    actor ? eq(auditEvents.actor, actor) : undefined,
    onBehalfOf ? eq(auditEvents.onBehalfOf, onBehalfOf as AuditEventRow["onBehalfOf"] & string) : undefined,
    action && noun === null ? eq(auditEvents.action, action) : undefined,
    noun === null ? undefined : and(gte(auditEvents.action, noun), lt(auditEvents.action, `${noun}\u{7f}`)),
    target ? eq(auditEvents.target, target) : undefined,
    fromMs === undefined ? undefined : gte(auditEvents.id, bound(fromMs - clockSkewMs)),
    toMs === undefined ? undefined : lt(auditEvents.id, bound(toMs + clockSkewMs)),
  ];
}
const clockSkewMs = 60_000;

/** What is looked at row by row. */
function looked({ fromMs, toMs, q }: AuditRowFilter): (SQL | undefined)[] {
  const text = q && `%${q.replace(/[\\%_]/g, (one) => `\\${one}`)}%`;
  return [
    fromMs === undefined ? undefined : gte(auditEvents.at, fromMs),
    toMs === undefined ? undefined : lt(auditEvents.at, toMs),
    text
      ? or(
          sql`${auditEvents.summary} like ${text} escape '\\'`,
          sql`${auditEvents.actorName} like ${text} escape '\\'`,
        )
      : undefined,
  ];
}

/** How many rows one page of a text search looks through at most. */
export const searchedAtOnce = 10_000;

/**
 * Newest first. A search for text looks through a bounded number of rows: `searchedTo` is the id where it stopped, when
 * older ones are left; a page may then hold fewer rows than asked for.
 */
export async function listAuditEvents(
  db: Database,
  organizationId: OrganizationId,
  filter: AuditRowFilter,
  page: { limit: number; before?: Id<"auditEvent"> },
): Promise<{ rows: AuditEventRow[]; more: boolean; searchedTo: Id<"auditEvent"> | null }> {
  const within = [
    ...indexed(organizationId, filter),
    page.before ? lt(auditEvents.id, page.before) : undefined,
  ];
  const [floor] = filter.q
    ? await db.orm
        .select({ id: auditEvents.id })
        .from(auditEvents)
        .where(and(...within))
        .orderBy(desc(auditEvents.id))
        .limit(1)
        .offset(searchedAtOnce)
    : [];
  const rows = await db.orm
    .select()
    .from(auditEvents)
    .where(and(...within, floor && gte(auditEvents.id, floor.id), ...looked(filter)))
    .orderBy(desc(auditEvents.id))
    .limit(page.limit + 1);
  return {
    rows: rows.slice(0, page.limit) as AuditEventRow[],
    more: rows.length > page.limit,
    searchedTo: floor?.id ?? null,
  };
}

/** In the order of the chain, after one place and up to another. */
export async function auditChain(
  db: Database,
  organizationId: OrganizationId,
  range: { afterSeq: number; toSeq?: number; limit: number },
  filter: AuditRowFilter = {},
): Promise<AuditEventRow[]> {
  const rows = await db.orm
    .select()
    .from(auditEvents)
    .where(
      and(
        ...indexed(organizationId, filter),
        gt(auditEvents.seq, range.afterSeq),
        range.toSeq === undefined ? undefined : lte(auditEvents.seq, range.toSeq),
        ...looked(filter),
      ),
    )
    .orderBy(asc(auditEvents.seq))
    .limit(range.limit);
  return rows as AuditEventRow[];
}

/** Hashes of the events at these places. */
export async function auditHashes(
  db: Database,
  organizationId: OrganizationId,
  seqs: readonly number[],
): Promise<{ seq: number; id: Id<"auditEvent">; hash: string | null }[]> {
  const rows = await db.orm
    .select({ seq: auditEvents.seq, id: auditEvents.id, hash: auditEvents.hash })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.organizationId, organizationId),
        sql`${auditEvents.seq} in (select value from json_each(${JSON.stringify(seqs)}))`,
      ),
    );
  return rows.map((row) => ({ ...row, seq: row.seq ?? 0 }));
}

export async function lastAuditSeq(db: Database, organizationId: OrganizationId): Promise<number> {
  const [row] = await db.orm
    .select({ seq: auditEvents.seq })
    .from(auditEvents)
    .where(eq(auditEvents.organizationId, organizationId))
    .orderBy(desc(auditEvents.seq))
    .limit(1);
  return row?.seq ?? (await findAuditAnchor(db, organizationId))?.seq ?? 0;
}

export async function findAuditAnchor(
  db: Database,
  organizationId: OrganizationId,
): Promise<AuditAnchorRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(auditAnchors)
    .where(eq(auditAnchors.organizationId, organizationId))
    .limit(1);
  return row;
}

/** The oldest that carry no hash yet. */
export async function unsealedAuditEvents(
  db: Database,
  organizationId: OrganizationId,
  limit: number,
): Promise<AuditEventRow[]> {
  const rows = await db.orm
    .select()
    .from(auditEvents)
    .where(and(eq(auditEvents.organizationId, organizationId), sql`hash is null`))
    .orderBy(asc(auditEvents.seq))
    .limit(limit);
  return rows as AuditEventRow[];
}

/** Sets hashes where there are none; what is sealed stays. */
export function sealAuditEvents(
  _db: Database,
  organizationId: OrganizationId,
  sealed: readonly { seq: number; hash: string }[],
): Statement {
  const pairs = JSON.stringify(sealed.map(({ seq, hash }) => [seq, hash]));
  return statement(
    sql`update audit_events set hash = sealed.hash from (select value ->> 0 as seq, value ->> 1 as hash from json_each(${pairs})) as sealed where audit_events.organization_id = ${organizationId} and audit_events.seq = sealed.seq and audit_events.hash is null`,
  );
}

/** Removes the events up to the anchor, and keeps the anchor: what follows still stands on its hash. */
export function removeAuditEventsUpTo(
  db: Database,
  organizationId: OrganizationId,
  { seq, hash, removedBefore }: Omit<AuditAnchorRow, "organizationId">,
): Statement[] {
  return [
    statement(
      db.orm
        .insert(auditAnchors)
        .values({ organizationId, seq, hash, removedBefore })
        .onConflictDoUpdate({ target: auditAnchors.organizationId, set: { seq, hash, removedBefore } }),
    ),
    statement(
      db.orm
        .delete(auditEvents)
        .where(and(eq(auditEvents.organizationId, organizationId), lte(auditEvents.seq, seq))),
    ),
  ];
}
