import { insertTeam, type TeamRow } from "../../../db/queries/teams.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { TeamChange } from "../../../protocol/api/teams.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { organizationScope } from "../scope.ts";
import { slugOf } from "../slugs.ts";
import { refuseIfTaken } from "../taken.ts";
import { teamView } from "./view.ts";

export async function create({
  ctx,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId; name: string; slug?: string | undefined };
}): Promise<TeamChange> {
  const organization = organizationScope(ctx, input.org, "team.write");
  const row: TeamRow = {
    id: ctx.ids.make("team"),
    organizationId: organization.id,
    name: input.name,
    slug: input.slug ?? slugOf(input.name, "team"),
    createdAt: ctx.clock.now(),
  };
  const changes = [{ path: "team", after: { name: row.name, slug: row.slug } }];
  await refuseIfTaken(
    commit(ctx, {
      organizationId: organization.id,
      note: { action: "team.create", target: row.id, summary: `created team ${row.slug}`, changes },
      quotas: ["teams"],
      statements: [insertTeam(ctx.db, organization.id, row)],
    }),
    "teams.slug",
    { path: "slug", value: row.slug, noun: "team" },
  );
  return {
    ...teamView({ row, memberCount: 0 }),
    receipt: makeReceipt(ctx, {
      kind: "team.create",
      ids: { team: row.id, organization: organization.id },
      summary: `Team ${row.name} is there. It has no members and no roles yet.`,
      changes,
      next: [
        {
          label: "Add a member",
          command: `muster teams add ${row.slug} <member>`,
          href: `/v1/teams/${row.id}/members`,
        },
        {
          label: "Give it a role",
          command: `muster bindings create --subject ${row.id} --role <role>`,
          href: `/v1/orgs/${organization.id}/bindings`,
        },
      ],
      undo: { command: `muster teams delete ${row.slug}`, href: `/v1/teams/${row.id}` },
    }),
  };
}
