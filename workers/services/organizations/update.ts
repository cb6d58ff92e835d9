import { GuardFailed } from "../../../db/batch.ts";
import {
  type OrganizationRow,
  organizationHasVersion,
  updateOrganization,
} from "../../../db/queries/organizations.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { OrganizationChange } from "../../../protocol/api/organizations.ts";
import { commit } from "../audit/commit.ts";
import { differences } from "../changes.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { makeReceipt } from "../receipts.ts";
import { shellWord } from "../shell.ts";
import { refuseIfTaken } from "../taken.ts";
import { organizationRow } from "./get.ts";
import { organizationDetailView, organizationEtag } from "./view.ts";

export interface UpdateOrganization {
  org: OrganizationId;
  body: { name?: string | undefined; slug?: string | undefined };
  /** The ETag that the change was made against; without one, the newest state is meant. */
  ifMatch?: string | undefined;
}

const fields = ["name", "slug"] as const;

export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateOrganization;
}): Promise<{ change: OrganizationChange; etag: string }> {
  const { membership, row } = await organizationRow(ctx, input.org, "organization.write");
  if (input.ifMatch && !matchesEtag(input.ifMatch, organizationEtag(row))) moved(row, input.body);
  const next = { ...row, name: input.body.name ?? row.name, slug: input.body.slug ?? row.slug };
  const changes = differences("organization", row, next, fields);
  if (changes.length > 0) {
    next.version = row.version + 1;
    await store(ctx, row, next, changes, input);
  }
  return {
    etag: organizationEtag(next),
    change: {
      ...organizationDetailView(membership, next),
      receipt: makeReceipt(ctx, {
        kind: "organization.update",
        ids: { organization: row.id },
        summary:
          changes.length === 0
            ? `${row.name} was so already; nothing has changed.`
            : `${row.name} (${row.slug}) is now ${next.name} (${next.slug}). Ids stay as they are.`,
        changes,
        undo:
          changes.length === 0
            ? null
            : {
                command: `muster orgs update ${next.slug} --name ${shellWord(row.name)} --slug ${row.slug}`,
                href: `/v1/orgs/${row.id}`,
              },
      }),
    },
  };
}

async function store(
  ctx: Context,
  row: OrganizationRow,
  next: OrganizationRow,
  changes: ReturnType<typeof differences>,
  input: UpdateOrganization,
): Promise<void> {
  try {
    await refuseIfTaken(
      commit(ctx, {
        organizationId: row.id,
        note: { action: "organization.update", target: row.id, summary: `changed ${row.name}`, changes },
        guards: [{ name: "version", holds: organizationHasVersion(row.id, row.version) }],
        statements: [updateOrganization(ctx.db, row.id, { name: next.name, slug: next.slug })],
      }),
      "organizations.slug",
      { path: "slug", value: next.slug, noun: "organization" },
    );
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    moved((await organizationRow(ctx, row.id, "organization.write")).row, input.body);
  }
}

function moved(now: OrganizationRow, body: UpdateOrganization["body"]): never {
  return refuse(
    "conflict",
    `The organization was changed meanwhile; its ETag is now ${organizationEtag(now)}. Read it again, then repeat.`,
    fields
      .filter((field) => body[field] !== undefined)
      .map((path) => ({ path, message: `is now ${JSON.stringify(now[path])}` })),
  );
}
