import { and, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import type { Id, OrganizationId, UserId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { customRoles, invitations, organizations } from "../schema/index.ts";

export type InvitationRow = typeof invitations.$inferSelect;
export type InvitationStatus = "open" | "expired" | "accepted" | "revoked";

const withRole = and(
  eq(customRoles.id, invitations.role),
  eq(customRoles.organizationId, invitations.organizationId),
);

const selectNamed = (db: Database) =>
  db.orm.select({ row: invitations, custom: customRoles }).from(invitations).leftJoin(customRoles, withRole);

export type NamedInvitation = Awaited<ReturnType<typeof selectNamed>>[number];

export async function findInvitation(
  db: Database,
  organizationIds: readonly OrganizationId[],
  invitationId: Id<"invitation">,
): Promise<NamedInvitation | undefined> {
  const [row] = await selectNamed(db)
    .where(and(eq(invitations.id, invitationId), inArray(invitations.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

/** The link names its organization itself. */
export async function findInvitationByHash(db: Database, secretHash: string) {
  const [row] = await db.orm
    .select({ row: invitations, custom: customRoles, organization: organizations })
    .from(invitations)
    .innerJoin(organizations, eq(organizations.id, invitations.organizationId))
    .leftJoin(customRoles, withRole)
    .where(eq(invitations.secretHash, secretHash))
    .limit(1);
  return row;
}

function having(status: InvitationStatus, nowMs: number): SQL | undefined {
  const undecided = [isNull(invitations.acceptedAt), isNull(invitations.revokedAt)];
  switch (status) {
    case "accepted":
      return isNotNull(invitations.acceptedAt);
    case "revoked":
      return isNotNull(invitations.revokedAt);
    case "open":
      return and(...undecided, gt(invitations.expiresAt, nowMs));
    case "expired":
      return and(...undecided, lte(invitations.expiresAt, nowMs));
  }
}

/** Newest first. */
export async function listInvitations(
  db: Database,
  organizationId: OrganizationId,
  filter: { status?: InvitationStatus; nowMs: number },
  page: { limit: number; before?: Id<"invitation"> },
): Promise<Slice<NamedInvitation>> {
  const rows = await selectNamed(db)
    .where(
      and(
        eq(invitations.organizationId, organizationId),
        filter.status ? having(filter.status, filter.nowMs) : undefined,
        page.before ? lt(invitations.id, page.before) : undefined,
      ),
    )
    .orderBy(desc(invitations.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export function insertInvitation(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof invitations.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(invitations).values({ ...row, organizationId }));
}

/** Whatever is open for this address, so that only the newest link counts. */
export function revokeInvitationsTo(
  db: Database,
  organizationId: OrganizationId,
  email: string,
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(invitations)
      .set({ revokedAt: nowMs })
      .where(
        and(
          eq(invitations.organizationId, organizationId),
          eq(invitations.email, email),
          isNull(invitations.acceptedAt),
          isNull(invitations.revokedAt),
        ),
      ),
  );
}

/** Neither accepted nor revoked. */
export function invitationUndecided(organizationId: OrganizationId, invitationId: Id<"invitation">) {
  return sql`exists (select 1 from ${invitations} where ${and(
    eq(invitations.organizationId, organizationId),
    eq(invitations.id, invitationId),
    isNull(invitations.acceptedAt),
    isNull(invitations.revokedAt),
  )})`;
}

/** As `invitationUndecided`, by this link, in time, and of an organization that is not deleted. */
export function invitationStands(organizationId: OrganizationId, secretHash: string, nowMs: number) {
  return sql`exists (select 1 from ${invitations} where ${and(
    eq(invitations.organizationId, organizationId),
    eq(invitations.secretHash, secretHash),
    having("open", nowMs),
  )}) and exists (select 1 from ${organizations} where ${and(
    eq(organizations.id, organizationId),
    isNull(organizations.deletedAt),
  )})`;
}

export function changeInvitation(
  db: Database,
  organizationId: OrganizationId,
  invitationId: Id<"invitation">,
  change: Partial<Pick<InvitationRow, "secretHash" | "sentAt" | "expiresAt" | "revokedAt">> & {
    acceptedAt?: number;
    acceptedBy?: UserId;
  },
): Statement {
  return statement(
    db.orm
      .update(invitations)
      .set(change)
      .where(and(eq(invitations.organizationId, organizationId), eq(invitations.id, invitationId))),
  );
}
