import { bindingsOf, deleteBindingsOf } from "../../../db/queries/roles.ts";
import { deleteTeam } from "../../../db/queries/teams.ts";
import type { TeamId } from "../../../domain/ids.ts";
import { plural } from "../../../domain/plural.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import { refuseExcess, refuseLifting, statementsOfBindings } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { shellWord } from "../shell.ts";
import { teamScope } from "./get.ts";

/** The team, its memberships and its bindings; the people stay. */
export async function remove({
  ctx,
  input,
}: {
  ctx: Context;
  input: { team: TeamId };
}): Promise<ReceiptAnswer> {
  const { row, memberCount, organization } = await teamScope(ctx, input.team, "team.write");
  const bindings = await bindingsOf(ctx.db, row.organizationId, row.id);
  const given = statementsOfBindings(bindings, `team ${row.name}`);
  refuseExcess(organization, given, "a team that you delete", "team");
  refuseLifting(organization, given, "team");
  const changes = [{ path: "team", before: { name: row.name, slug: row.slug, memberCount }, after: null }];
  await commit(ctx, {
    organizationId: row.organizationId,
    note: { action: "team.delete", target: row.id, summary: `deleted team ${row.slug}`, changes },
    statements: [
      ...deleteTeam(ctx.db, row.organizationId, row.id),
      deleteBindingsOf(ctx.db, row.organizationId, row.id),
    ],
  });
  return {
    receipt: makeReceipt(ctx, {
      kind: "team.delete",
      ids: { team: row.id, organization: row.organizationId },
      summary: `Team ${row.name} is gone; ${plural(memberCount, "member")} lost the ${plural(bindings.length, "role")} that it had.`,
      changes,
      next: [
        {
          label: "Make it anew",
          command: `muster teams create ${shellWord(row.name)} --slug ${row.slug}`,
        },
      ],
    }),
  };
}
