import { GuardFailed } from "../../../db/batch.ts";
import { findSignedIn } from "../../../db/queries/people.ts";
import { setRequireSso, ssoCanBeRequired, ssoRequirement } from "../../../db/queries/sso.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { SsoPolicy } from "../../../protocol/api/sso.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { organizationScope } from "../scope.ts";
import { settingsScope } from "./scope.ts";

const unusable =
  "No connection is switched on and has a verified domain. Set one up and sign in by it, then require it.";
const wouldLockOut =
  "It would lock you out: you have signed in neither by single sign-on nor with a second factor. Sign in again that way, then require it.";

export async function getPolicy({
  ctx,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId };
}): Promise<SsoPolicy> {
  const { id } = organizationScope(ctx, input.org, "sso.read");
  return policyOf(ctx, id);
}

async function policyOf(ctx: Context, organizationId: OrganizationId): Promise<SsoPolicy> {
  const found = await ssoRequirement(ctx.db, organizationId);
  if (!found) throw new Error(`organization ${organizationId} is missing in the store`);
  const obstacle = !found.usable ? unusable : (await staysIn(ctx, organizationId)) ? null : wouldLockOut;
  return { requireSso: found.requireSso, obstacle };
}

/** Whether the caller's own session would still count. */
async function staysIn(ctx: Context, organizationId: OrganizationId): Promise<boolean> {
  if (ctx.actor.kind !== "user") return false;
  const found = await findSignedIn(ctx.db, ctx.actor.sessionId, ctx.clock.now());
  const role = ctx.actor.organizations.find((one) => one.id === organizationId)?.role;
  if (!found) return false;
  return found.ssoConnectionOf === organizationId || (role === "owner" && found.session.secondFactor);
}

/** Nobody shuts everybody out, nor themselves. */
export async function updatePolicy({
  ctx,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId; requireSso: boolean };
}): Promise<SsoPolicy> {
  const organization = settingsScope(ctx, input.org);
  const before = await policyOf(ctx, organization.id);
  if (before.requireSso === input.requireSso) return before;
  if (input.requireSso && before.obstacle !== null) impossible(before.obstacle);
  try {
    await commit(ctx, {
      organizationId: organization.id,
      note: {
        action: "organization.require_sso",
        target: organization.id,
        summary: input.requireSso
          ? "takes no other sign-in than single sign-on from now on"
          : "takes other sign-ins than single sign-on again",
        changes: [{ path: "requireSso", before: before.requireSso, after: input.requireSso }],
      },
      statements: [setRequireSso(ctx.db, organization.id, input.requireSso)],
      guards: input.requireSso ? [{ name: "usable", holds: ssoCanBeRequired(organization.id) }] : [],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    impossible(unusable);
  }
  return { ...before, requireSso: input.requireSso };
}

function impossible(obstacle: string): never {
  return refuse("conflict", obstacle, [{ path: "requireSso", message: "cannot be required now" }]);
}
