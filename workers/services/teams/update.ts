import { updateTeam } from "../../../db/queries/teams.ts";
import type { TeamId } from "../../../domain/ids.ts";
import type { TeamChange } from "../../../protocol/api/teams.ts";
import { commit } from "../audit/commit.ts";
import { differences } from "../changes.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { shellWord } from "../shell.ts";
import { refuseIfTaken } from "../taken.ts";
import { teamScope } from "./get.ts";
import { teamView } from "./view.ts";

export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: { team: TeamId; name?: string | undefined; slug?: string | undefined };
}): Promise<TeamChange> {
  const team = await teamScope(ctx, input.team, "team.write");
  const { row } = team;
  const next = { ...row, name: input.name ?? row.name, slug: input.slug ?? row.slug };
  const changes = differences("team", row, next, ["name", "slug"]);
  if (changes.length > 0) {
    await refuseIfTaken(
      commit(ctx, {
        organizationId: row.organizationId,
        note: { action: "team.update", target: row.id, summary: `changed team ${row.slug}`, changes },
        statements: [updateTeam(ctx.db, row.organizationId, row.id, { name: next.name, slug: next.slug })],
      }),
      "teams.slug",
      { path: "slug", value: next.slug, noun: "team" },
    );
  }
  return {
    ...teamView({ ...team, row: next }),
    receipt: makeReceipt(ctx, {
      kind: "team.update",
      ids: { team: row.id, organization: row.organizationId },
      summary:
        changes.length === 0
          ? `Team ${row.name} was so already; nothing has changed.`
          : `Team ${row.slug} is now ${next.name} (${next.slug}).`,
      changes,
      undo:
        changes.length === 0
          ? null
          : {
              command: `muster teams update ${next.slug} --name ${shellWord(row.name)} --slug ${row.slug}`,
              href: `/v1/teams/${row.id}`,
            },
    }),
  };
}
