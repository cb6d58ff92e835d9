import { GuardFailed } from "../../../db/batch.ts";
import { revokeKeysOf } from "../../../db/queries/api-keys.ts";
import { revokeInvitationsTo } from "../../../db/queries/invitations.ts";
import {
  deleteMember,
  findMember,
  type MemberRow,
  memberHasRole,
  ownerLeft,
} from "../../../db/queries/members.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import { refuseExcess, refuseLifting } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import { personOnly } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { endSessionsOf } from "../exec/end-of.ts";
import { makeReceipt } from "../receipts.ts";
import { missing, organizationScope } from "../scope.ts";
import { shellWord } from "../shell.ts";
import { allOfMember, lastOwner, type MemberInput, memberScope, nameOf, roleNameOf } from "./find.ts";

/**
 * Ends a membership and, in the same batch, all that came with it: teams, bindings, identities, keys, and invitations
 * that would lead back in.
 */
export async function remove({ ctx, input }: { ctx: Context; input: MemberInput }): Promise<ReceiptAnswer> {
  const { organization, row } = await memberScope(ctx, input, "member.write");
  if (input.user === ctx.actor.person) {
    refuse("conflict", "This is yourself. Leave the organization instead: `muster orgs leave`.", [
      { path: "user", message: "is who asks" },
    ]);
  }
  const all = await allOfMember(ctx, organization.id, row);
  refuseExcess(organization, all, "a member whom you remove", "user");
  refuseLifting(organization, all, "user");
  const keys = await end(ctx, row, "member.remove", `removed ${row.email}`);
  return {
    receipt: makeReceipt(ctx, {
      kind: "member.remove",
      ids: { user: input.user, organization: organization.id },
      summary: `${nameOf(row)} is no member of ${organization.name} any more: teams, bindings and ${keys} API keys are gone.`,
      changes: [{ path: "member", before: row.email, after: null }],
      undo: {
        command: `muster invitations create ${shellWord(row.email)} --role ${row.membership.role}`,
        href: `/v1/orgs/${organization.id}/invitations`,
      },
    }),
  };
}

/** As `remove`, of oneself. */
export async function leave({
  ctx,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId };
}): Promise<ReceiptAnswer> {
  const organization = organizationScope(ctx, input.org, "organization.read");
  const { person } = personOnly(ctx).actor;
  const row = await findMember(ctx.db, organization.id, person);
  if (!row) return missing("organization", input.org);
  await end(ctx, row, "member.leave", `${row.email} left`);
  return {
    receipt: makeReceipt(ctx, {
      kind: "member.leave",
      ids: { user: person, organization: organization.id },
      summary: `You are no member of ${organization.name} any more. To come back, ask for an invitation.`,
      changes: [{ path: "member", before: row.email, after: null }],
    }),
  };
}

/** Answers how many keys ended. */
async function end(ctx: Context, row: MemberRow, action: string, summary: string): Promise<number> {
  const { organizationId, userId, role } = row.membership;
  const nowMs = ctx.clock.now();
  try {
    const changed = await commit(ctx, {
      organizationId,
      note: {
        action,
        target: userId,
        summary,
        changes: [{ path: "member", before: { email: row.email, role: roleNameOf(row) }, after: null }],
      },
      guards: [
        { name: "member", holds: memberHasRole(organizationId, userId, role) },
        ownerLeft(organizationId),
      ],
      statements: [
        revokeKeysOf(ctx.db, organizationId, userId, nowMs),
        revokeInvitationsTo(ctx.db, organizationId, row.email, nowMs),
        ...deleteMember(ctx.db, organizationId, userId),
      ],
    });
    ctx.afterwards(endSessionsOf(ctx, organizationId, userId));
    return changed[0] ?? 0;
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    if (error.guard === "owner") lastOwner();
    return refuse("conflict", "The membership was changed meanwhile. Read it again, then repeat.");
  }
}
