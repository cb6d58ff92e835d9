import {
  countWithoutSecondFactor,
  setRequireTwoFactor,
  twoFactorRequired,
} from "../../../db/queries/factors.ts";
import { findSession } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { TwoFactorPolicy } from "../../../protocol/api/factors.ts";
import { commit } from "../audit/commit.ts";
import { requireRecent } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { organizationScope } from "../scope.ts";

const wouldLockOut =
  "It would lock you out: you have not signed in with a second factor. Add one to your account, or sign in with it, then require it.";

export async function getPolicy({
  ctx,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId };
}): Promise<TwoFactorPolicy> {
  const { id } = organizationScope(ctx, input.org, "organization.read");
  return policyOf(ctx, id);
}

async function policyOf(ctx: Context, organizationId: OrganizationId): Promise<TwoFactorPolicy> {
  const [requireTwoFactor, membersWithout, staysIn] = await Promise.all([
    twoFactorRequired(ctx.db, organizationId),
    countWithoutSecondFactor(ctx.db, organizationId),
    showedTwo(ctx),
  ]);
  return { requireTwoFactor, membersWithout, obstacle: staysIn ? null : wouldLockOut };
}

async function showedTwo({ db, actor }: Context): Promise<boolean> {
  return actor.kind === "user" && ((await findSession(db, actor.sessionId))?.secondFactor ?? false);
}

/** Nobody locks themselves out by it. Those without a second factor are let in again once they have one. */
export async function updatePolicy({
  ctx: asked,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId; requireTwoFactor: boolean };
}): Promise<TwoFactorPolicy> {
  const { id } = organizationScope(asked, input.org, "organization.write");
  const ctx = requireRecent(asked);
  const before = await policyOf(ctx, id);
  const { requireTwoFactor } = input;
  if (before.requireTwoFactor === requireTwoFactor) return before;
  if (requireTwoFactor && before.obstacle !== null) {
    refuse("conflict", before.obstacle, [{ path: "requireTwoFactor", message: "cannot be required now" }]);
  }
  await commit(ctx, {
    organizationId: id,
    note: {
      action: "organization.require_two_factor",
      target: id,
      summary: requireTwoFactor
        ? "asks everybody for a second factor from now on"
        : "asks nobody for a second factor any more",
      changes: [{ path: "requireTwoFactor", before: before.requireTwoFactor, after: requireTwoFactor }],
    },
    statements: [setRequireTwoFactor(ctx.db, id, requireTwoFactor)],
  });
  return { ...before, requireTwoFactor };
}
