/** Identity providers of organizations and their domains. */
import { and, asc, eq, gt, inArray, isNotNull, isNull, ne, sql } from "drizzle-orm";
import type { OrganizationId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { identities, organizations, sessions, ssoConnections, ssoDomains } from "../schema/index.ts";

export type SsoConnectionRow = typeof ssoConnections.$inferSelect;
export type SsoDomainRow = typeof ssoDomains.$inferSelect;
type ConnectionId = SsoConnectionRow["id"];

export async function listSsoConnections(
  db: Database,
  organizationId: OrganizationId,
  page: { limit: number; after?: ConnectionId },
): Promise<Slice<SsoConnectionRow>> {
  const rows = await db.orm
    .select()
    .from(ssoConnections)
    .where(
      and(
        eq(ssoConnections.organizationId, organizationId),
        page.after ? gt(ssoConnections.id, page.after) : undefined,
      ),
    )
    .orderBy(asc(ssoConnections.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export async function findSsoConnection(
  db: Database,
  organizationId: OrganizationId,
  connectionId: ConnectionId,
): Promise<SsoConnectionRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(ssoConnections)
    .where(and(eq(ssoConnections.organizationId, organizationId), eq(ssoConnections.id, connectionId)))
    .limit(1);
  return row;
}

export function insertSsoConnection(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<SsoConnectionRow, "organizationId">,
): Statement {
  return statement(db.orm.insert(ssoConnections).values({ ...row, organizationId }));
}

export function updateSsoConnection(
  db: Database,
  organizationId: OrganizationId,
  connectionId: ConnectionId,
  set: Partial<SsoConnectionRow>,
): Statement {
  return statement(
    db.orm
      .update(ssoConnections)
      .set(set)
      .where(and(eq(ssoConnections.organizationId, organizationId), eq(ssoConnections.id, connectionId))),
  );
}

export function ssoConnectionHasVersion(
  organizationId: OrganizationId,
  connectionId: ConnectionId,
  version: number,
) {
  return sql`exists (select 1 from ${ssoConnections} where ${and(
    eq(ssoConnections.organizationId, organizationId),
    eq(ssoConnections.id, connectionId),
    eq(ssoConnections.version, version),
  )})`;
}

/** With its domains and the identities of people; the sessions by it end. */
export function deleteSsoConnection(
  db: Database,
  organizationId: OrganizationId,
  connectionId: ConnectionId,
  nowMs: number,
): Statement[] {
  return [
    endSsoSessions(db, organizationId, connectionId, nowMs),
    statement(
      db.orm
        .delete(identities)
        .where(and(eq(identities.organizationId, organizationId), eq(identities.connectionId, connectionId))),
    ),
    statement(
      db.orm
        .delete(ssoDomains)
        .where(and(eq(ssoDomains.organizationId, organizationId), eq(ssoDomains.connectionId, connectionId))),
    ),
    statement(
      db.orm
        .delete(ssoConnections)
        .where(and(eq(ssoConnections.organizationId, organizationId), eq(ssoConnections.id, connectionId))),
    ),
  ];
}

/** A connection that is off, or gone, vouches for nobody any more. */
export function endSsoSessions(
  db: Database,
  organizationId: OrganizationId,
  connectionId: ConnectionId,
  nowMs: number,
): Statement {
  const owned = db.orm
    .select({ id: ssoConnections.id })
    .from(ssoConnections)
    .where(and(eq(ssoConnections.organizationId, organizationId), eq(ssoConnections.id, connectionId)));
  const people = db.orm
    .select({ userId: identities.userId })
    .from(identities)
    .where(and(eq(identities.organizationId, organizationId), eq(identities.connectionId, connectionId)));
  return statement(
    db.orm
      .update(sessions)
      .set({ revokedAt: nowMs })
      // By the people of the connection: sessions are found by their person, not by a connection.
      .where(
        and(
          inArray(sessions.userId, people),
          inArray(sessions.ssoConnectionId, owned),
          isNull(sessions.revokedAt),
        ),
      ),
  );
}

/** Of these connections, oldest first. */
export function listSsoDomains(
  db: Database,
  organizationId: OrganizationId,
  connectionIds: readonly ConnectionId[],
): Promise<SsoDomainRow[]> {
  return db.orm
    .select()
    .from(ssoDomains)
    .where(
      and(
        eq(ssoDomains.organizationId, organizationId),
        inArray(ssoDomains.connectionId, [...connectionIds]),
      ),
    )
    .orderBy(asc(ssoDomains.id));
}

export async function findSsoDomain(
  db: Database,
  organizationId: OrganizationId,
  domainId: SsoDomainRow["id"],
): Promise<SsoDomainRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(ssoDomains)
    .where(and(eq(ssoDomains.organizationId, organizationId), eq(ssoDomains.id, domainId)))
    .limit(1);
  return row;
}

export function insertSsoDomain(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<SsoDomainRow, "organizationId">,
): Statement {
  return statement(db.orm.insert(ssoDomains).values({ ...row, organizationId }));
}

export function markDomainVerified(
  db: Database,
  organizationId: OrganizationId,
  domainId: SsoDomainRow["id"],
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(ssoDomains)
      .set({ verifiedAt: nowMs })
      .where(and(eq(ssoDomains.organizationId, organizationId), eq(ssoDomains.id, domainId))),
  );
}

/** Holds while the claim is there and no other organization has proved the same domain its own. */
export function domainMayBeVerified(organizationId: OrganizationId, row: SsoDomainRow) {
  const others = and(
    eq(ssoDomains.domain, row.domain),
    isNotNull(ssoDomains.verifiedAt),
    ne(ssoDomains.organizationId, organizationId),
  );
  const claim = and(eq(ssoDomains.organizationId, organizationId), eq(ssoDomains.id, row.id));
  return sql`exists (select 1 from ${ssoDomains} where ${claim}) and not exists (select 1 from ${ssoDomains} where ${others})`;
}

export function deleteSsoDomain(
  db: Database,
  organizationId: OrganizationId,
  domainId: SsoDomainRow["id"],
): Statement {
  return statement(
    db.orm
      .delete(ssoDomains)
      .where(and(eq(ssoDomains.organizationId, organizationId), eq(ssoDomains.id, domainId))),
  );
}

/** Connections that people can sign in by: switched on, with a verified domain. */
const usable = and(eq(ssoConnections.enabled, true), isNotNull(ssoDomains.verifiedAt));

/** A connection that is left `without` what is about to go. */
interface Without {
  connection?: ConnectionId;
  domain?: SsoDomainRow["id"];
}

function hasUsableConnection(organizationId: OrganizationId, without: Without = {}) {
  const where = and(
    eq(ssoConnections.organizationId, organizationId),
    usable,
    without.connection ? ne(ssoConnections.id, without.connection) : undefined,
    without.domain ? ne(ssoDomains.id, without.domain) : undefined,
  );
  return sql`exists (select 1 from ${ssoConnections} inner join ${ssoDomains} on ${and(eq(ssoDomains.organizationId, ssoConnections.organizationId), eq(ssoDomains.connectionId, ssoConnections.id))} where ${where})`;
}

/** Holds while single sign-on may be required: people can sign in by it. */
export function ssoCanBeRequired(organizationId: OrganizationId) {
  return hasUsableConnection(organizationId);
}

/** Holds while it is not required, or people can still sign in by it `without` this. */
export function ssoStaysUsable(organizationId: OrganizationId, without: Without) {
  const required = and(eq(organizations.id, organizationId), eq(organizations.requireSso, true));
  return sql`(not exists (select 1 from ${organizations} where ${required}) or ${hasUsableConnection(organizationId, without)})`;
}

export async function ssoRequirement(db: Database, organizationId: OrganizationId) {
  const [row] = await db.orm
    .select({
      requireSso: organizations.requireSso,
      usable: sql<number>`${hasUsableConnection(organizationId)}`,
    })
    .from(organizations)
    .where(eq(organizations.id, organizationId))
    .limit(1);
  return row && { requireSso: row.requireSso, usable: row.usable === 1 };
}

/** The version rises with it: the policy is part of what the organization's ETag stands for. */
export function setRequireSso(db: Database, organizationId: OrganizationId, requireSso: boolean): Statement {
  return statement(
    db.orm
      .update(organizations)
      .set({ requireSso, version: sql`${organizations.version} + 1` })
      .where(eq(organizations.id, organizationId)),
  );
}
