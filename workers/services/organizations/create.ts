import { GuardFailed } from "../../../db/batch.ts";
import { findOrganization, ownsAtMost } from "../../../db/queries/organizations.ts";
import { findSignedIn } from "../../../db/queries/people.ts";
import { DomainError, refuse } from "../../../domain/errors.ts";
import type { CreatedOrganization } from "../../../protocol/api/organizations.ts";
import { commit } from "../audit/commit.ts";
import { assuranceOf, membershipsOf } from "../auth/memberships.ts";
import { newOrganization } from "../auth/new-organization.ts";
import { personOnly } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { configureFleet } from "../fleets/ask.ts";
import { makeReceipt } from "../receipts.ts";
import { refuseIfTaken } from "../taken.ts";
import { organizationDetailView } from "./view.ts";

/** More of them are a sign that projects would do. */
const maxOwned = 20;

export async function create({
  ctx: asked,
  input,
}: {
  ctx: Context;
  input: { name: string; slug?: string | undefined };
}): Promise<CreatedOrganization> {
  const ctx = personOnly(asked);
  if (!ctx.signUpAllowed) {
    refuse("forbidden", "No organizations are made on this installation. Ask who runs it.");
  }
  const userId = ctx.actor.id;
  const { created, statements } = newOrganization(ctx, { ...input, ownerId: userId });
  const id = created.organization;
  const changes = [{ path: "organization", after: { name: input.name } }];
  try {
    await refuseIfTaken(
      commit(ctx, {
        organizationId: id,
        note: { action: "organization.create", target: id, summary: `created ${input.name}`, changes },
        guards: [{ name: "owned", holds: ownsAtMost(userId, maxOwned), after: true }],
        statements,
      }),
      "organizations.slug",
      { path: "slug", value: input.slug ?? "", noun: "organization" },
    );
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    throw new DomainError({
      code: "quota_exceeded",
      detail: `You own ${maxOwned} organizations, and no more are possible. Use projects, or hand one over first.`,
      quota: { name: "organizations", limit: maxOwned, used: maxOwned, resetsAt: null },
    });
  }
  ctx.afterwards(configureFleet(ctx, { id: created.fleet, organizationId: id }));
  const [signedIn, row] = await Promise.all([
    findSignedIn(ctx.db, ctx.actor.sessionId, ctx.clock.now()),
    findOrganization(ctx.db, id),
  ]);
  const nothing = { ssoConnectionOf: null, secondFactor: false };
  const memberships = await membershipsOf(ctx, userId, signedIn ? assuranceOf(signedIn) : nothing);
  const membership = memberships.find((one) => one.id === id);
  if (!membership || !row) throw new Error("an organization that was just written is not there");
  return {
    ...organizationDetailView(membership, row),
    created: { project: created.project, environment: created.environment, fleet: created.fleet },
    receipt: makeReceipt(ctx, {
      kind: "organization.create",
      ids: { ...created },
      summary: `${row.name} is there, with a project, its production environment and a first fleet. You own it.`,
      changes,
      next: [
        {
          label: "Invite people",
          command: `muster invitations create <e-mail address> --org ${row.slug}`,
          href: `/v1/orgs/${id}/invitations`,
        },
      ],
      undo: { command: `muster orgs delete ${row.slug}`, href: `/v1/orgs/${id}?confirm=${row.slug}` },
    }),
  };
}
