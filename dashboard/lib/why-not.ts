import { decide, type Place } from "../../domain/tenancy/access.ts";
import { type Permission, whileDeleted } from "../../domain/tenancy/permissions.ts";
import type { Organization } from "../../protocol/api/auth.ts";

type Asked = Pick<Organization, "name" | "roleName" | "access" | "blocked" | "deletedAt">;

/**
 * Why this person may not do it there: the cause, then whom to ask; undefined = they may. The server decides again.
 * What is allowed for some agents only counts as allowed: the page of an agent asks again with its labels.
 */
export function whyNot(
  organization: Asked | undefined,
  permission: Permission,
  place: Place = {},
): string | undefined {
  if (!organization) return "You are not in this organization, or it is not known yet.";
  const { name, roleName, access, blocked, deletedAt } = organization;
  if (blocked === "sso_required") return `${name} asks you to sign in by single sign-on first.`;
  if (blocked === "two_factor_required") return `${name} asks you for a second factor first.`;
  if (deletedAt !== null && !whileDeleted.includes(permission)) {
    return `${name} is deleted: it can only be read until an owner restores it.`;
  }
  const { verdict, by } = decide(access, permission, place);
  if (verdict !== "deny") return undefined;
  const denied = by.length > 0 && by.every((one) => one.effect === "deny");
  const cause = denied
    ? `The ${by.map((one) => one.source).join(" and the ")}, denies you ${permission} here`
    : `Your role in ${name} is ${roleName}, and nothing that you have allows ${permission} here`;
  return `${cause}. Ask an owner or admin for it.`;
}
