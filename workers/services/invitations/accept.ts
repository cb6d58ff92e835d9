import { GuardFailed, UniqueViolation } from "../../../db/batch.ts";
import { findSignedIn, findUser, findUserByEmail } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import { isId } from "../../../domain/ids.ts";
import type { AcceptedInvitation, InvitationPreview } from "../../../protocol/api/invitations.ts";
import { commit } from "../audit/commit.ts";
import { checkPassword } from "../auth/check-password.ts";
import { createUser } from "../auth/create-user.ts";
import { assuranceOf, membershipsOf, roleName } from "../auth/memberships.ts";
import { personOnly } from "../auth/recent.ts";
import { newSession } from "../auth/sessions.ts";
import { organizationView, type SignedIn, signedIn } from "../auth/views.ts";
import type { Context, PublicContext } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { iso } from "../time.ts";
import { invitationGone, invitationGuard, joining, openInvitation } from "./link.ts";

/** What the link is for, to who holds it: it was sent to that address alone. */
export async function preview({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { token: string };
}): Promise<InvitationPreview> {
  const { row, custom, organization } = await openInvitation(ctx, input.token);
  const [inviter, account] = await Promise.all([
    isId("user", row.invitedBy) ? findUser(ctx.db, row.invitedBy) : undefined,
    findUserByEmail(ctx.db, row.email),
  ]);
  return {
    organizationName: organization.name,
    email: row.email,
    roleName: roleName(row.role, custom),
    invitedByName: inviter?.name ?? inviter?.email ?? "a program",
    expiresAt: iso(row.expiresAt),
    hasAccount: account !== undefined,
  };
}

/** By the person whose address it was sent to, signed in. */
export async function accept({
  ctx: asked,
  input,
}: {
  ctx: Context;
  input: { token: string };
}): Promise<AcceptedInvitation> {
  const ctx = personOnly(asked);
  const { row, custom, organization } = await openInvitation(ctx, input.token);
  const found = await findSignedIn(ctx.db, ctx.actor.sessionId, ctx.clock.now());
  if (!found) return refuse("unauthenticated", "The session has ended. Sign in again, then open the link.");
  if (found.user.email !== row.email) {
    refuse(
      "forbidden",
      `The invitation is to ${row.email}, and you are signed in as ${found.user.email}. Sign in with the other address, or ask for an invitation to yours.`,
      [{ path: "token", message: `is of ${row.email}` }],
    );
  }
  const role = roleName(row.role, custom);
  const changes = [{ path: "member", after: { email: row.email, role } }];
  try {
    await commit(ctx, {
      organizationId: row.organizationId,
      note: {
        action: "invitation.accept",
        target: row.id,
        summary: `${row.email} joined with the role ${role}`,
        changes,
      },
      guards: [invitationGuard(ctx, row)],
      quotas: ["members"],
      statements: await joining(ctx, row, ctx.actor.id),
    });
  } catch (error) {
    if (error instanceof GuardFailed && error.guard === "invitation") invitationGone();
    if (error instanceof UniqueViolation && error.columns.includes("memberships.user_id")) {
      refuse(
        "already_exists",
        `You are a member of ${organization.name} already. Open it from the switcher.`,
        [{ path: "token", message: "is of an organization that you belong to" }],
      );
    }
    throw error;
  }
  const assurance = assuranceOf(found);
  const memberships = await membershipsOf(ctx, ctx.actor.id, assurance);
  const membership = memberships.find(({ id }) => id === row.organizationId);
  if (!membership) throw new Error("a membership that was just written is not there");
  return {
    organization: organizationView(membership),
    receipt: makeReceipt(ctx, {
      kind: "invitation.accept",
      ids: { invitation: row.id, organization: row.organizationId },
      summary: `You are a member of ${organization.name}, with the role ${role}.`,
      changes,
      undo: { command: "muster orgs leave", href: `/v1/orgs/${row.organizationId}/leave` },
    }),
  };
}

/** For who has no account yet: person, membership and session in one write. The link proves the address. */
export async function signUpInvited({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { token: string; name: string; password: string };
}): Promise<SignedIn> {
  const { row, custom, organization } = await openInvitation(ctx, input.token);
  checkPassword(input.password, { email: row.email, organizationName: organization.name });
  const { user, insert } = createUser(ctx, {
    email: row.email,
    name: input.name,
    passwordHash: await ctx.passwords.hash(input.password),
  });
  const session = newSession(ctx, user.id, { method: "email_link", secondFactor: false });
  const role = roleName(row.role, custom);
  try {
    await commit(ctx, {
      organizationId: row.organizationId,
      author: { id: user.id, name: input.name },
      note: {
        action: "invitation.accept",
        target: row.id,
        summary: `${row.email} signed up and joined with the role ${role}`,
        changes: [{ path: "member", after: { email: row.email, role } }],
      },
      guards: [invitationGuard(ctx, row)],
      quotas: ["members"],
      statements: [insert, ...(await joining(ctx, row, user.id)), session.insert],
    });
  } catch (error) {
    if (error instanceof GuardFailed && error.guard === "invitation") invitationGone();
    if (error instanceof UniqueViolation && error.columns.includes("users.email")) {
      refuse(
        "already_exists",
        "There is an account with this address. Sign in, then accept the invitation.",
        [{ path: "token", message: "is of an address that has an account" }],
      );
    }
    throw error;
  }
  return signedIn(ctx, user, { ssoConnectionOf: null, secondFactor: false }, session.refreshToken);
}
