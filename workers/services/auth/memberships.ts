import {
  type BindingOfUser,
  bindingsOfUser,
  type OrganizationOfUser,
  organizationsOfUser,
  type SessionRow,
} from "../../../db/queries/people.ts";
import type { UserId } from "../../../domain/ids.ts";
import type { Statement } from "../../../domain/tenancy/access.ts";
import { isRole, type Role } from "../../../domain/tenancy/roles.ts";
import { type CustomRole, statementsOf } from "../../../domain/tenancy/statements.ts";
import type { Membership, Platform } from "../context.ts";

const everywhere = { kind: "organization" } as const;

/** What a person proved in this session, as far as organizations ask for it. */
export interface Assurance {
  ssoConnectionOf: string | null;
  secondFactor: boolean;
  /** A provider vouched for somebody who has factors of their own and has not shown one since. */
  owesFactor?: boolean;
}

/** Of a session as stored: such a sign-in leaves `authenticatedAt` at 0 until the person confirms. */
export const assuranceOf = ({
  session,
  ssoConnectionOf,
}: {
  session: Pick<SessionRow, "secondFactor" | "authenticatedAt">;
  ssoConnectionOf: string | null;
}): Assurance => ({
  ssoConnectionOf,
  secondFactor: session.secondFactor,
  owesFactor: session.authenticatedAt === 0,
});

/** Every organization of a person, with all that the person may do in it: by membership, by bindings, by teams. */
export async function membershipsOf(
  { db }: Pick<Platform, "db">,
  userId: UserId,
  assurance: Assurance,
  whose: "you" | "the member" = "you",
): Promise<Membership[]> {
  const [rows, bindings] = await Promise.all([organizationsOfUser(db, userId), bindingsOfUser(db, userId)]);
  return membershipsFrom(rows, bindings, assurance, whose);
}

/** The same, of rows that are there already. */
export function membershipsFrom(
  rows: readonly OrganizationOfUser[],
  bindings: readonly BindingOfUser[],
  assurance: Assurance,
  whose: "you" | "the member" = "you",
): Membership[] {
  const byMembership = whose === "you" ? "your membership" : "the membership";
  const byBinding = whose === "you" ? "a binding of yours" : "a binding";
  return rows.map(({ organization, role, custom }) => {
    const statements: Statement[] = statementsOf(role, custom ?? undefined, everywhere, byMembership);
    for (const { binding, custom: own, team } of bindings) {
      if (binding.organizationId !== organization.id) continue;
      const through = team === null ? byBinding : `team ${team}`;
      statements.push(...statementsOf(binding.role, own ?? undefined, binding.scope, through));
    }
    return {
      id: organization.id,
      name: organization.name,
      slug: organization.slug,
      plan: organization.plan,
      createdAt: organization.createdAt,
      role,
      roleName: roleName(role, custom),
      access: [statements],
      blocked: blockedBy(organization, role, assurance),
      deletedAt: organization.deletedAt,
    };
  });
}

export function roleName(role: Membership["role"], custom: Pick<CustomRole, "name"> | null): string {
  return isRole(role) ? role : (custom?.name ?? role);
}

/**
 * Owners always get in with a second factor: a broken identity provider must not lock an organization out. And one
 * organization's provider opens no other to somebody whom a password alone would not let in.
 */
function blockedBy(
  organization: { id: string; requireSso: boolean; requireTwoFactor: boolean },
  role: Role | string,
  assurance: Assurance,
): Membership["blocked"] {
  const signedInThere = assurance.ssoConnectionOf === organization.id;
  if (signedInThere) return null;
  if (organization.requireSso && !(role === "owner" && assurance.secondFactor)) return "sso_required";
  const wanted = organization.requireTwoFactor || assurance.owesFactor === true;
  return wanted && !assurance.secondFactor ? "two_factor_required" : null;
}
