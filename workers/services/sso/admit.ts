import { GuardFailed, UniqueViolation } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import { revokeKeysOf } from "../../../db/queries/api-keys.ts";
import { revokeInvitationsTo } from "../../../db/queries/invitations.ts";
import { deleteMember, findMember, ownerLeft } from "../../../db/queries/members.ts";
import { insertMembership } from "../../../db/queries/organizations.ts";
import { findUserByEmail, type UserRow } from "../../../db/queries/people.ts";
import {
  type findConnectionToSignIn,
  findIdentity,
  findIdentityOf,
  givenToMember,
  isDomainOf,
  keepIdentity,
  replaceBindingsByGroups,
  replaceTeamsByGroups,
  setMemberByGroups,
} from "../../../db/queries/sso-sign-in.ts";
import { teamsAmong } from "../../../db/queries/teams.ts";
import { DomainError } from "../../../domain/errors.ts";
import { domainOf, type Held, type Membership, membershipByGroups } from "../../../domain/tenancy/groups.ts";
import type { SsoFailure } from "../../../protocol/api/sso.ts";
import { commit } from "../audit/commit.ts";
import { createUser } from "../auth/create-user.ts";
import type { PublicContext } from "../context.ts";
import { endSessionsOf } from "../exec/end-of.ts";

export type Vouching = NonNullable<Awaited<ReturnType<typeof findConnectionToSignIn>>>;

/** Who the provider says has signed in. */
export interface Claimed {
  subject: string;
  email: string;
  emailVerified: boolean;
  name: string | null;
  groups: string[];
}

export type Admission = { ok: true; user: UserRow } | { ok: false; failure: SsoFailure };

type Member = Extract<Membership, { kind: "member" }>;

/** Lets somebody in whom the provider vouches for, as the groups say; a refusal is told in the organization's audit. */
export async function admit(ctx: PublicContext, by: Vouching, claimed: Claimed): Promise<Admission> {
  let admission: Admission;
  try {
    admission = await tryAdmit(ctx, by, claimed);
  } catch (error) {
    if (!(error instanceof DomainError) || error.refusal.code !== "quota_exceeded") throw error;
    admission = { ok: false, failure: "quota_exceeded" };
  }
  if (!admission.ok) await noteRefusal(ctx, by, claimed, admission.failure);
  return admission;
}

async function tryAdmit(ctx: PublicContext, by: Vouching, claimed: Claimed): Promise<Admission> {
  try {
    return await admitOnce(ctx, by, claimed, true);
  } catch (error) {
    const lastOwner = error instanceof GuardFailed && error.guard === "owner";
    // Somebody else wrote the same person or membership in the same moment: it is there now.
    if (!lastOwner && !(error instanceof UniqueViolation)) throw error;
    return admitOnce(ctx, by, claimed, !lastOwner);
  }
}

/** `managed`: the groups decide the role of a member whom they gave it; not of the last owner. */
async function admitOnce(
  ctx: PublicContext,
  by: Vouching,
  claimed: Claimed,
  managed: boolean,
): Promise<Admission> {
  const { connection, organization } = by;
  if (!claimed.emailVerified) return { ok: false, failure: "email_unverified" };
  const email = claimed.email.toLowerCase();
  if (!(await isDomainOf(ctx.db, organization.id, connection.id, domainOf(email)))) {
    return { ok: false, failure: "domain_not_verified" };
  }
  const known = await findIdentity(ctx.db, organization.id, connection.id, claimed.subject);
  const existing = known?.user ?? (await findUserByEmail(ctx.db, email));
  if (existing && !known) {
    // An address that went to somebody else at the provider must not bring the account with it.
    const other = await findIdentityOf(ctx.db, organization.id, connection.id, existing.id);
    if (other) return { ok: false, failure: "identity_changed" };
  }
  const made = existing ? null : createUser(ctx, { email, name: claimed.name, passwordHash: "" });
  const user = existing ?? made?.user;
  if (!user) throw new Error("somebody is either known or new");
  const row = existing ? await findMember(ctx.db, organization.id, existing.id) : undefined;
  const held: Held | null = row
    ? { role: row.membership.role, ssoRole: managed ? row.membership.ssoRole : null }
    : null;
  const membership = membershipByGroups(connection, claimed.groups, held);
  if (membership.kind === "none") {
    if (membership.leaves) await leave(ctx, by, user);
    return { ok: false, failure: "no_role" };
  }
  await join(ctx, by, claimed, { user, held, membership, make: made ? [made.insert] : [] });
  return { ok: true, user };
}

interface Joining {
  user: UserRow;
  held: Held | null;
  membership: Member;
  make: Statement[];
}

async function join(
  ctx: PublicContext,
  { connection, organization }: Vouching,
  { subject }: Claimed,
  { user, held, membership, make }: Joining,
): Promise<void> {
  const nowMs = ctx.clock.now();
  const { db } = ctx;
  const [before, teams] = await Promise.all([
    held ? givenToMember(db, organization.id, user.id) : { bindings: [], teams: [] },
    membership.teams.length > 0 ? teamsAmong(db, organization.id, membership.teams) : [],
  ]);
  const { role, ssoRole } = membership;
  const teamIds = teams.map(({ id }) => id);
  const changes = [
    { path: "role", before: held?.role ?? null, after: role },
    { path: "bindings", before: before.bindings.toSorted(), after: membership.bindings.toSorted() },
    { path: "teams", before: before.teams.toSorted(), after: teamIds.toSorted() },
  ].filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
  const member = held
    ? setMemberByGroups(db, organization.id, user.id, { role, ssoRole })
    : insertMembership(db, organization.id, {
        id: ctx.ids.make("membership"),
        userId: user.id,
        role,
        ssoRole,
        createdAt: nowMs,
      });
  const summary = held
    ? `signed in by "${connection.name}"`
    : `signed in by "${connection.name}" and joined as ${role}`;
  await commit(ctx, {
    organizationId: organization.id,
    author: { id: user.id, name: user.name ?? user.email },
    note: { action: held ? "sso.sign_in" : "member.join", target: user.id, summary, changes },
    statements: [
      ...make,
      keepIdentity(db, organization.id, {
        id: ctx.ids.make("identity"),
        connectionId: connection.id,
        userId: user.id,
        subject,
        createdAt: nowMs,
        lastUsedAt: nowMs,
      }),
      member,
      ...replaceBindingsByGroups(
        db,
        organization.id,
        user.id,
        membership.bindings.map((one) => ({ id: ctx.ids.make("binding"), role: one, createdAt: nowMs })),
      ),
      ...replaceTeamsByGroups(
        db,
        organization.id,
        user.id,
        teamIds.map((teamId) => ({ id: ctx.ids.make("membership"), teamId, createdAt: nowMs })),
      ),
    ],
    guards: held ? [ownerLeft(organization.id)] : [],
    quotas: held ? [] : ["members"],
  });
}

/** No group gives this person anything any more, and nobody gave it by hand. */
async function leave(
  ctx: PublicContext,
  { connection, organization }: Vouching,
  user: UserRow,
): Promise<void> {
  const nowMs = ctx.clock.now();
  await commit(ctx, {
    organizationId: organization.id,
    author: { id: connection.id, name: connection.name },
    note: {
      action: "member.remove",
      target: user.id,
      summary: `removed ${user.email}: none of the groups at "${connection.name}" has a role here any more`,
    },
    statements: [
      ...deleteMember(ctx.db, organization.id, user.id),
      revokeKeysOf(ctx.db, organization.id, user.id, nowMs),
      revokeInvitationsTo(ctx.db, organization.id, user.email, nowMs),
    ],
    guards: [ownerLeft(organization.id)],
  });
  ctx.afterwards(endSessionsOf(ctx, organization.id, user.id));
}

const refusalTexts: Partial<Record<SsoFailure, string>> = {
  email_unverified: "the provider does not say that the e-mail address is verified",
  domain_not_verified: "the e-mail address is not in a verified domain of this connection",
  identity_changed: "the provider knows the address by another subject than before; remove the member first",
  no_role: "no group has a role here, and there is no default role",
  quota_exceeded: "the organization has as many members as its plan allows",
};

/** Told only of whom the provider vouches for: nobody else can fill the audit with it. */
async function noteRefusal(
  ctx: PublicContext,
  { connection, organization }: Vouching,
  { email, groups }: Claimed,
  failure: SsoFailure,
): Promise<void> {
  const because = refusalTexts[failure] ?? failure;
  await commit(ctx, {
    organizationId: organization.id,
    author: { id: connection.id, name: connection.name },
    note: {
      action: "sso.refuse",
      target: connection.id,
      summary: `refused ${email.slice(0, 254)}: ${because}`,
      changes: failure === "no_role" ? [{ path: "groups", after: groups.slice(0, 50) }] : [],
    },
    statements: [],
  });
}
