import { GuardFailed } from "../../../db/batch.ts";
import {
  changeInvitation,
  findInvitation,
  invitationUndecided,
  type NamedInvitation,
} from "../../../db/queries/invitations.ts";
import { teamsAmong } from "../../../db/queries/teams.ts";
import { DomainError, refuse } from "../../../domain/errors.ts";
import type { Id } from "../../../domain/ids.ts";
import { plural } from "../../../domain/plural.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import type { InvitationChange } from "../../../protocol/api/invitations.ts";
import { refuseExcess } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import { roleName } from "../auth/memberships.ts";
import type { Context, Membership } from "../context.ts";
import { invited } from "../mail/letters-of-organizations.ts";
import { newMail } from "../mail/new-mail.ts";
import { makeReceipt } from "../receipts.ts";
import { missing, organizationIds, organizationScope } from "../scope.ts";
import { shellWord } from "../shell.ts";
import { iso } from "../time.ts";
import { refuseMember, weighTeams } from "./create.ts";
import { invitationMs, newInvitationLink } from "./link.ts";
import { invitationView, statusOf } from "./view.ts";

interface Input {
  ctx: Context;
  input: { invitation: Id<"invitation"> };
}

/** Nobody's mailbox is filled by asking again and again. */
const resendEveryMs = 60_000;

async function undecided({ ctx, input }: Input): Promise<NamedInvitation & { organization: Membership }> {
  const found = await findInvitation(ctx.db, organizationIds(ctx), input.invitation);
  if (!found) return missing("invitation", input.invitation);
  const organization = organizationScope(ctx, found.row.organizationId, "member.write");
  const status = statusOf(found.row, ctx.clock.now());
  if (status === "accepted" || status === "revoked") over(found.row.email, status);
  return { ...found, organization };
}

function over(email: string, status: "accepted" | "revoked" | "decided"): never {
  return refuse("conflict", `The invitation to ${email} is ${status} already. Invite anew if it is meant.`, [
    { path: "invitation", message: `is ${status} already` },
  ]);
}

async function decide(
  ctx: Context,
  { row }: NamedInvitation,
  write: Parameters<typeof commit>[1],
): Promise<void> {
  try {
    await commit(ctx, {
      ...write,
      guards: [{ name: "invitation", holds: invitationUndecided(row.organizationId, row.id) }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    over(row.email, "decided");
  }
}

/** A new link, by a new mail, for another 7 days; the one before counts no longer. */
export async function resend(request: Input): Promise<InvitationChange> {
  const { ctx } = request;
  const found = await undecided(request);
  const { row, custom, organization } = found;
  const nowMs = ctx.clock.now();
  const waitMs = row.sentAt + resendEveryMs - nowMs;
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1000);
    throw new DomainError({
      code: "rate_limited",
      detail: `The mail to ${row.email} was sent a moment ago. Ask them to look for it, or send again in ${plural(seconds, "second")}.`,
      retryAfterSeconds: seconds,
    });
  }
  // Who sends it again invites anew.
  refuseExcess(
    organization,
    statementsOf(row.role, custom ?? undefined, { kind: "organization" }, "the membership"),
    "a member",
  );
  if (row.teamIds.length > 0) {
    await weighTeams(ctx, organization, await teamsAmong(ctx.db, organization.id, row.teamIds));
  }
  await refuseMember(ctx, organization, row.email);
  const { token, secretHash } = newInvitationLink();
  const next = { ...row, secretHash, sentAt: nowMs, expiresAt: nowMs + invitationMs };
  const changes = [{ path: "invitation.expiresAt", before: iso(row.expiresAt), after: iso(next.expiresAt) }];
  const mail = await newMail(
    ctx,
    row.email,
    invited(ctx, {
      token,
      organizationName: organization.name,
      roleName: roleName(row.role, custom),
      by: ctx.actor.name,
    }),
  );
  await decide(ctx, found, {
    organizationId: organization.id,
    note: {
      action: "invitation.resend",
      target: row.id,
      summary: `sent the invitation of ${row.email} again`,
      changes,
    },
    quotas: ["pendingInvitations"],
    statements: [
      changeInvitation(ctx.db, organization.id, row.id, {
        secretHash,
        sentAt: next.sentAt,
        expiresAt: next.expiresAt,
      }),
      mail.insert,
    ],
  });
  ctx.afterwards(mail.send());
  return {
    ...invitationView({ row: next, custom }, nowMs),
    receipt: makeReceipt(ctx, {
      kind: "invitation.resend",
      ids: { invitation: row.id, organization: organization.id },
      summary: `A new mail to ${row.email} is on its way; the link before counts no longer.`,
      warnings: ctx.mail ? [] : ["No mail is set up on this installation: it waits until MAIL_URL is set."],
      changes,
      undo: {
        command: `muster invitations revoke ${row.id}`,
        href: `/v1/invitations/${row.id}/revoke`,
      },
    }),
  };
}

export async function revoke(request: Input): Promise<InvitationChange> {
  const { ctx } = request;
  const found = await undecided(request);
  const { row, custom, organization } = found;
  const revokedAt = ctx.clock.now();
  const changes = [{ path: "invitation.status", before: statusOf(row, revokedAt), after: "revoked" }];
  await decide(ctx, found, {
    organizationId: organization.id,
    note: {
      action: "invitation.revoke",
      target: row.id,
      summary: `took the invitation of ${row.email} back`,
      changes,
    },
    statements: [changeInvitation(ctx.db, organization.id, row.id, { revokedAt })],
  });
  return {
    ...invitationView({ row: { ...row, revokedAt }, custom }, revokedAt),
    receipt: makeReceipt(ctx, {
      kind: "invitation.revoke",
      ids: { invitation: row.id, organization: organization.id },
      summary: `The invitation of ${row.email} counts no longer.`,
      changes,
      undo: {
        command: `muster invitations create ${shellWord(row.email)} --role ${row.role}`,
        href: `/v1/orgs/${organization.id}/invitations`,
      },
    }),
  };
}
