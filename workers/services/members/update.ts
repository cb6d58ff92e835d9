import { GuardFailed } from "../../../db/batch.ts";
import { findMember, memberHasRole, ownerLeft, setMemberRole } from "../../../db/queries/members.ts";
import { roleExists } from "../../../db/queries/roles.ts";
import { refuse } from "../../../domain/errors.ts";
import type { RoleId } from "../../../domain/ids.ts";
import { isRole, type Role } from "../../../domain/tenancy/roles.ts";
import type { MemberChange } from "../../../protocol/api/members.ts";
import { givenRole, refuseExcess, refuseLifting, statementsOfRole } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { shellWord } from "../shell.ts";
import {
  lastOwner,
  type MemberInput,
  memberScope,
  nameOf,
  roleNameOf,
  statementsOfMembership,
} from "./find.ts";
import { memberView } from "./view.ts";

/** Another role for a member. Nobody touches who has more than they, and an owner is always left. */
export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: MemberInput & { role: Role | RoleId };
}): Promise<MemberChange> {
  const { organization, row } = await memberScope(ctx, input, "member.write");
  const role = await givenRole(ctx, organization.id, input.role);
  const present = statementsOfMembership(row);
  refuseExcess(organization, statementsOfRole(role, { kind: "organization" }, "the membership"), "a member");
  refuseExcess(organization, present, "a member whom you change");
  refuseLifting(organization, present, "role");
  const before = roleNameOf(row);
  const changed = role.id !== row.membership.role;
  const changes = changed ? [{ path: "member.role", before, after: role.name }] : [];
  if (changed) {
    await store(ctx, row.membership, role.id, {
      action: "member.update",
      target: row.membership.userId,
      summary: `changed the role of ${row.email} from ${before} to ${role.name}`,
      changes,
    });
  }
  const now = await findMember(ctx.db, organization.id, input.user);
  const href = `/v1/orgs/${organization.id}/members/${input.user}`;
  return {
    ...(await memberView(ctx, organization.id, now ?? row)),
    receipt: makeReceipt(ctx, {
      kind: "member.update",
      ids: { user: input.user, organization: organization.id },
      summary: changed
        ? `${nameOf(row)} has the role ${role.name} now; it was ${before}. Access tokens need no renewal.`
        : `${nameOf(row)} has the role ${role.name} already; nothing has changed.`,
      changes,
      undo: changed
        ? { command: `muster members update ${shellWord(row.email)} --role ${row.membership.role}`, href }
        : null,
    }),
  };
}

async function store(
  ctx: Context,
  { organizationId, userId, role: before }: Parameters<typeof memberView>[2]["membership"],
  role: Role | RoleId,
  note: Parameters<typeof commit>[1]["note"],
): Promise<void> {
  try {
    await commit(ctx, {
      organizationId,
      note,
      guards: [
        { name: "member", holds: memberHasRole(organizationId, userId, before) },
        ...(isRole(role) ? [] : [{ name: "role", holds: roleExists(organizationId, role) }]),
        ownerLeft(organizationId),
      ],
      statements: [setMemberRole(ctx.db, organizationId, userId, role)],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    if (error.guard === "owner") lastOwner();
    refuse("conflict", "The member or the role was changed meanwhile. Read it again, then repeat.", [
      { path: "role", message: "is not what it was" },
    ]);
  }
}
