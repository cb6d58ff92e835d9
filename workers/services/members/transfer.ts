import { GuardFailed } from "../../../db/batch.ts";
import { findMember, memberHasRole, ownerLeft, setMemberRole } from "../../../db/queries/members.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId, UserId } from "../../../domain/ids.ts";
import type { Role } from "../../../domain/tenancy/roles.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import { refuseExcess } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import { requireRecent } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { organizationScope } from "../scope.ts";
import { nameOf, roleNameOf } from "./find.ts";

/** Makes a member the owner; the caller, if an owner, goes on with `thenRole`. One write: there always is an owner. */
export async function transfer({
  ctx,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId; member: UserId; thenRole: Exclude<Role, "owner"> };
}): Promise<ReceiptAnswer> {
  const organization = organizationScope(ctx, input.org, "organization.transfer");
  const everything = statementsOf("owner", undefined, { kind: "organization" }, "the membership");
  refuseExcess(organization, everything, "a new owner", "member");
  const { person } = requireRecent(ctx).actor;
  const [target, self] = await Promise.all([
    findMember(ctx.db, organization.id, input.member),
    findMember(ctx.db, organization.id, person),
  ]);
  if (!target || input.member === person) {
    return refuse("validation_failed", "The ownership goes to another member. Invite the person first.", [
      { path: "member", message: input.member === person ? "is who asks" : "is not a member" },
    ]);
  }
  const stepsDown = self?.membership.role === "owner";
  if (target.membership.role === "owner" && !stepsDown) {
    return refuse("conflict", `${nameOf(target)} is an owner already.`, [
      { path: "member", message: "is an owner already" },
    ]);
  }
  const changes = [
    { path: `member ${target.email}.role`, before: roleNameOf(target), after: "owner" },
    ...(stepsDown ? [{ path: `member ${self.email}.role`, before: "owner", after: input.thenRole }] : []),
  ];
  try {
    await commit(ctx, {
      organizationId: organization.id,
      note: {
        action: "organization.transfer",
        target: input.member,
        summary: `handed the ownership over to ${target.email}`,
        changes,
      },
      guards: [
        { name: "member", holds: memberHasRole(organization.id, input.member, target.membership.role) },
        ownerLeft(organization.id),
      ],
      statements: [
        setMemberRole(ctx.db, organization.id, input.member, "owner"),
        ...(stepsDown ? [setMemberRole(ctx.db, organization.id, person, input.thenRole)] : []),
      ],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    refuse("conflict", "The member was changed or removed meanwhile. Read the members again, then repeat.", [
      { path: "member", message: "is not what it was" },
    ]);
  }
  return {
    receipt: makeReceipt(ctx, {
      kind: "organization.transfer",
      ids: { organization: organization.id, user: input.member },
      summary: `${nameOf(target)} owns ${organization.name} now${stepsDown ? `; you have the role ${input.thenRole}` : ""}.`,
      warnings: stepsDown ? ["Only the new owner can give the ownership back."] : [],
      changes,
      next: [{ label: "See the members", command: "muster members list" }],
    }),
  };
}
