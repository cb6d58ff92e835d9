/** What an identity provider's groups give a person in an organization. Pure. */
import type { RoleId, TeamId } from "../ids.ts";
import type { Role } from "./roles.ts";

type AnyRole = Role | RoleId;

/** One line of a connection's map. */
export interface GroupRole {
  /** As the identity provider names it. */
  group: string;
  role: AnyRole | null;
  teamId: TeamId | null;
}

export interface GroupMap {
  groupRoles: readonly GroupRole[];
  /** Of who belongs to no mapped group; null = refused. */
  defaultRole: AnyRole | null;
}

/** A member as stored. While `role` is still what the groups gave last, they go on deciding it. */
export interface Held {
  role: AnyRole;
  ssoRole: AnyRole | null;
}

export type Membership =
  /** No group gives anything, and nobody gave anything by hand. `leaves`: a member so far. */
  | { kind: "none"; leaves: boolean }
  | {
      kind: "member";
      role: AnyRole;
      ssoRole: AnyRole | null;
      /** Roles beside that of the membership. */
      bindings: AnyRole[];
      teams: TeamId[];
    };

const once = <T>(all: T[]): T[] => [...new Set(all)];

/** What somebody with these groups is from this sign-in on. Where several groups match, the map's first one wins. */
export function membershipByGroups(
  { groupRoles, defaultRole }: GroupMap,
  groups: readonly string[],
  held: Held | null,
): Membership {
  const matched = groupRoles.filter(({ group }) => groups.includes(group));
  const roles = once(matched.flatMap(({ role }) => role ?? []));
  const teams = once(matched.flatMap(({ teamId }) => teamId ?? []));
  const byHand = held !== null && held.role !== held.ssoRole;
  const role = byHand ? held.role : (roles[0] ?? defaultRole);
  if (role === null) return { kind: "none", leaves: held !== null };
  return {
    kind: "member",
    role,
    ssoRole: byHand ? null : role,
    bindings: roles.filter((one) => one !== role),
    teams,
  };
}

/** The groups of a claim: a list, or one name. What is neither is no group. */
export function groupsOf(claim: unknown): string[] {
  const all = Array.isArray(claim) ? claim : [claim];
  return all.filter((one) => typeof one === "string" && one !== "");
}

/** The part after the last @, in lower case; "" when there is none. */
export function domainOf(email: string): string {
  const at = email.lastIndexOf("@");
  return at < 1 ? "" : email.slice(at + 1).toLowerCase();
}
