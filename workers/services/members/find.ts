import { findMember, type MemberRow, teamBindingsOfMember } from "../../../db/queries/members.ts";
import { bindingsOf } from "../../../db/queries/roles.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId, UserId } from "../../../domain/ids.ts";
import type { Statement } from "../../../domain/tenancy/access.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import { statementsOfBindings } from "../access/role.ts";
import { roleName } from "../auth/memberships.ts";
import type { Context, Membership } from "../context.ts";
import { missing, organizationScope } from "../scope.ts";
import { memberView } from "./view.ts";

export interface MemberInput {
  org: OrganizationId;
  user: UserId;
}

export const nameOf = ({ name, email }: Pick<MemberRow, "name" | "email">): string => name ?? email;

export const roleNameOf = ({ membership, custom }: MemberRow): string => roleName(membership.role, custom);

export const statementsOfMembership = ({ membership, custom }: MemberRow): Statement[] =>
  statementsOf(membership.role, custom ?? undefined, { kind: "organization" }, "the membership");

/** All that a member has, denials too: by membership, bindings and teams. */
export async function allOfMember(
  ctx: Context,
  organizationId: OrganizationId,
  row: MemberRow,
): Promise<Statement[]> {
  const { userId } = row.membership;
  const [own, ofTeams] = await Promise.all([
    bindingsOf(ctx.db, organizationId, userId),
    teamBindingsOfMember(ctx.db, organizationId, userId),
  ]);
  return [...statementsOfMembership(row), ...statementsOfBindings([...own, ...ofTeams], "a binding")];
}

export async function memberScope(
  ctx: Context,
  input: MemberInput,
  permission: Permission,
): Promise<{ organization: Membership; row: MemberRow }> {
  const organization = organizationScope(ctx, input.org, permission);
  const row = await findMember(ctx.db, organization.id, input.user);
  return row ? { organization, row } : missing("member", input.user);
}

export async function get({ ctx, input }: { ctx: Context; input: MemberInput }) {
  const { organization, row } = await memberScope(ctx, input, "member.read");
  return memberView(ctx, organization.id, row);
}

/** For the batch whose guard `owner` did not hold. */
export function lastOwner(): never {
  return refuse(
    "conflict",
    "This is the only owner, and an organization never is without one. Make another member owner first, or transfer the ownership.",
    [{ path: "role", message: "is of the only owner" }],
  );
}
