import { useQuery } from "@tanstack/react-query";
import { exceeds } from "../../../domain/tenancy/access.ts";
import { type Role as BuiltIn, roleSummaries, roles } from "../../../domain/tenancy/roles.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import { useOrganization, useWhyNot } from "../../api/access.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import type { Role } from "./role-draft.ts";

export type RoleName = BuiltIn | Role["id"];

export interface RoleChoice {
  /** What the API calls it: a built-in role's name, or an id. */
  value: RoleName;
  name: string;
  summary: string;
  /** It allows something that the person who chooses may not do. */
  tooMuch: boolean;
}

/** Every role of an organization, its own behind those that all have. */
export function useRoleChoices(orgId: string): RoleChoice[] {
  const access = useOrganization(orgId)?.access ?? [];
  const mayRead = useWhyNot(orgId)("role.read") === undefined;
  const custom = useQuery({ ...peopleQueries.roles(orgId), enabled: mayRead }).data ?? [];
  const tooMuch = (name: RoleName, own?: Role) =>
    exceeds(access, statementsOf(name, own, { kind: "organization" }, "this"));
  return [
    ...roles.map((role) => ({
      value: role,
      name: role,
      summary: roleSummaries[role],
      tooMuch: tooMuch(role),
    })),
    ...custom.map((role) => ({
      value: role.id,
      name: role.name,
      summary: role.description,
      tooMuch: tooMuch(role.id, role),
    })),
  ];
}
