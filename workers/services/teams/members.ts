import { GuardFailed, UniqueViolation } from "../../../db/batch.ts";
import { findMember } from "../../../db/queries/members.ts";
import { bindingsOf } from "../../../db/queries/roles.ts";
import { deleteTeamMember, findTeamMember, insertTeamMember, isMember } from "../../../db/queries/teams.ts";
import { refuse } from "../../../domain/errors.ts";
import type { TeamId, UserId } from "../../../domain/ids.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import type { AddedTeamMember } from "../../../protocol/api/teams.ts";
import { refuseExcess, refuseLifting, statementsOfBindings } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { missing } from "../scope.ts";
import { shellWord } from "../shell.ts";
import { teamScope } from "./get.ts";
import { teamMemberView } from "./view.ts";

function noMember(userId: UserId): never {
  return refuse(
    "validation_failed",
    `${userId} is not a member of the organization. Invite the person first.`,
    [{ path: "userId", message: "is not a member of the organization" }],
  );
}

/** Who joins a team gets its roles: nobody gives in this way more than they have. */
export async function add({
  ctx,
  input,
}: {
  ctx: Context;
  input: { team: TeamId; userId: UserId };
}): Promise<AddedTeamMember> {
  const { row: team, organization } = await teamScope(ctx, input.team, "team.write");
  const [member, bindings] = await Promise.all([
    findMember(ctx.db, organization.id, input.userId),
    bindingsOf(ctx.db, organization.id, team.id),
  ]);
  if (!member) return noMember(input.userId);
  refuseExcess(
    organization,
    statementsOfBindings(bindings, `team ${team.name}`),
    "a member of a team",
    "userId",
  );
  const row = {
    id: ctx.ids.make("membership"),
    organizationId: organization.id,
    teamId: team.id,
    userId: input.userId,
    fromSso: false,
    createdAt: ctx.clock.now(),
  };
  const changes = [{ path: `team ${team.slug}.members`, after: member.email }];
  try {
    await commit(ctx, {
      organizationId: organization.id,
      note: {
        action: "team.add_member",
        target: team.id,
        summary: `added ${member.email} to team ${team.slug}`,
        changes,
      },
      guards: [{ name: "member", holds: isMember(organization.id, input.userId) }],
      statements: [insertTeamMember(ctx.db, organization.id, row)],
    });
  } catch (error) {
    if (error instanceof GuardFailed && error.guard === "member") noMember(input.userId);
    if (!(error instanceof UniqueViolation)) throw error;
    refuse("already_exists", `${member.email} is in team ${team.name} already.`, [
      { path: "userId", message: "is in the team already" },
    ]);
  }
  const href = `/v1/teams/${team.id}/members/${input.userId}`;
  return {
    ...teamMemberView({ row, email: member.email, name: member.name }),
    receipt: makeReceipt(ctx, {
      kind: "team.add_member",
      ids: { team: team.id, user: input.userId, organization: organization.id },
      summary: `${member.name ?? member.email} is in team ${team.name}, and has its roles.`,
      changes,
      undo: { command: `muster teams remove ${team.slug} ${shellWord(member.email)}`, href },
    }),
  };
}

export async function removeMember({
  ctx,
  input,
}: {
  ctx: Context;
  input: { team: TeamId; user: UserId };
}): Promise<ReceiptAnswer> {
  const { row: team, organization } = await teamScope(ctx, input.team, "team.write");
  const found = await findTeamMember(ctx.db, organization.id, team.id, input.user);
  if (!found) return missing("member of this team", input.user);
  const bindings = await bindingsOf(ctx.db, organization.id, team.id);
  refuseLifting(organization, statementsOfBindings(bindings, `team ${team.name}`), "user");
  const changes = [{ path: `team ${team.slug}.members`, before: found.email, after: null }];
  await commit(ctx, {
    organizationId: organization.id,
    note: {
      action: "team.remove_member",
      target: team.id,
      summary: `took ${found.email} out of team ${team.slug}`,
      changes,
    },
    statements: [deleteTeamMember(ctx.db, organization.id, team.id, input.user)],
  });
  return {
    receipt: makeReceipt(ctx, {
      kind: "team.remove_member",
      ids: { team: team.id, user: input.user, organization: organization.id },
      summary: `${found.name ?? found.email} is no longer in team ${team.name}.`,
      warnings: found.row.fromSso
        ? ["The identity provider's groups put the person there; the next sign-in may do so again."]
        : [],
      changes,
      undo: {
        command: `muster teams add ${team.slug} ${shellWord(found.email)}`,
        href: `/v1/teams/${team.id}/members`,
      },
    }),
  };
}
