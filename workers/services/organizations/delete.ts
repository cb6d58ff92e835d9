import { GuardFailed } from "../../../db/batch.ts";
import { organizationIsDeleted, updateOrganization } from "../../../db/queries/organizations.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import { plural } from "../../../domain/plural.ts";
import type { OrganizationChange } from "../../../protocol/api/organizations.ts";
import { commit } from "../audit/commit.ts";
import { requireRecent } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { iso, isoOrNull } from "../time.ts";
import { organizationRow } from "./get.ts";
import { tellFleets } from "./tell-fleets.ts";
import { graceMs, graceText, organizationDetailView } from "./view.ts";

/** From now on it can only be read, exported and brought back; its agents are sent away. */
export async function remove({
  ctx: asked,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId; confirm?: string | undefined };
}): Promise<OrganizationChange> {
  const { membership, row } = await organizationRow(asked, input.org, "organization.delete");
  const ctx = requireRecent(asked);
  if (input.confirm !== row.slug) {
    refuse("validation_failed", `To delete ${row.name}, give its slug: ${row.slug}.`, [
      { path: "confirm", message: `must be the slug of the organization, ${row.slug}` },
    ]);
  }
  const deletedAt = ctx.clock.now();
  const changes = [{ path: "organization.deletedAt", before: null, after: iso(deletedAt) }];
  try {
    await commit(ctx, {
      organizationId: row.id,
      note: { action: "organization.delete", target: row.id, summary: `deleted ${row.name}`, changes },
      guards: [{ name: "standing", holds: organizationIsDeleted(row.id, false) }],
      statements: [updateOrganization(ctx.db, row.id, { deletedAt, deletedBy: ctx.actor.id })],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    refuse("conflict", `${row.name} is deleted already. Bring it back, or wait until it is erased.`);
  }
  ctx.afterwards(tellFleets(ctx, row.id));
  const next = { ...row, deletedAt, version: row.version + 1 };
  return {
    ...organizationDetailView(membership, next),
    receipt: makeReceipt(ctx, {
      kind: "organization.delete",
      ids: { organization: row.id },
      summary: `${row.name} is deleted. Its agents are sent away; it may be brought back until ${graceText(deletedAt)}, and is erased then.`,
      warnings: ["What agents run goes on: they only are no longer told anything."],
      changes,
      next: [
        {
          label: "Export all of it",
          command: `muster orgs export ${row.slug}`,
          href: `/v1/orgs/${row.id}/export`,
        },
      ],
      undo: { command: `muster orgs restore ${row.slug}`, href: `/v1/orgs/${row.id}/restore` },
    }),
  };
}

/** Also of one that is not deleted: tells its fleets again that they are open. */
export async function restore({
  ctx: asked,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId };
}): Promise<OrganizationChange> {
  const { membership, row } = await organizationRow(asked, input.org, "organization.delete");
  const ctx = requireRecent(asked);
  const wasDeleted = row.deletedAt !== null;
  if (row.deletedAt !== null && row.deletedAt + graceMs <= ctx.clock.now()) {
    refuse(
      "conflict",
      `The time to restore ${row.name} ended at ${graceText(row.deletedAt)}: it is being erased.`,
    );
  }
  const changes = wasDeleted
    ? [{ path: "organization.deletedAt", before: isoOrNull(row.deletedAt), after: null }]
    : [];
  if (wasDeleted) {
    try {
      await commit(ctx, {
        organizationId: row.id,
        note: {
          action: "organization.restore",
          target: row.id,
          summary: `brought ${row.name} back`,
          changes,
        },
        guards: [{ name: "deleted", holds: organizationIsDeleted(row.id, true) }],
        statements: [updateOrganization(ctx.db, row.id, { deletedAt: null, deletedBy: null })],
      });
    } catch (error) {
      if (!(error instanceof GuardFailed)) throw error;
      refuse("conflict", `${row.name} was brought back or erased meanwhile. Read it again.`);
    }
  }
  const untold = await tellFleets(ctx, row.id);
  const next = { ...row, deletedAt: null, version: row.version + (wasDeleted ? 1 : 0) };
  return {
    ...organizationDetailView(membership, next),
    receipt: makeReceipt(ctx, {
      kind: "organization.restore",
      ids: { organization: row.id },
      summary: wasDeleted
        ? `${row.name} is back, with all that it had. Its agents come back within minutes.`
        : `${row.name} is not deleted; its fleets were told again to let agents in.`,
      warnings:
        untold === 0
          ? []
          : [`${plural(untold, "fleet")} could not be told to let agents in. Restore again in a minute.`],
      changes,
      undo: wasDeleted
        ? { command: `muster orgs delete ${row.slug}`, href: `/v1/orgs/${row.id}?confirm=${row.slug}` }
        : null,
    }),
  };
}
