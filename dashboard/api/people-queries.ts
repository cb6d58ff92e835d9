import type { EffectivePermissions, PermissionCatalogue } from "../../protocol/api/access.ts";
import type { ApiKey } from "../../protocol/api/api-keys.ts";
import type { Invitation } from "../../protocol/api/invitations.ts";
import type { Member } from "../../protocol/api/members.ts";
import type { OrganizationDetail } from "../../protocol/api/organizations.ts";
import type { Binding, Role } from "../../protocol/api/roles.ts";
import type { ServiceAccount } from "../../protocol/api/service-accounts.ts";
import type { Team, TeamMember } from "../../protocol/api/teams.ts";
import type { Query } from "./client.ts";
import { list, one, paged } from "./queries.ts";

/** What the pages of people, roles and keys ask for. */
export const peopleQueries = {
  organization: (org: string) => one<OrganizationDetail>(`/v1/orgs/${org}`),
  members: (org: string, filter: Query = {}) => paged<Member>(`/v1/orgs/${org}/members`, filter),
  /** For choosing one. */
  allMembers: (org: string) => list<Member>(`/v1/orgs/${org}/members`),
  member: (org: string, user: string) => one<Member>(`/v1/orgs/${org}/members/${user}`),
  permissionsOf: (org: string, user: string, place: Query = {}) =>
    one<EffectivePermissions>(`/v1/orgs/${org}/members/${user}/permissions`, place),
  invitations: (org: string, filter: Query = {}) => paged<Invitation>(`/v1/orgs/${org}/invitations`, filter),
  teams: (org: string) => list<Team>(`/v1/orgs/${org}/teams`),
  team: (team: string) => one<Team>(`/v1/teams/${team}`),
  teamMembers: (team: string) => list<TeamMember>(`/v1/teams/${team}/members`),
  catalogue: () => ({
    ...one<PermissionCatalogue>("/v1/permissions"),
    staleTime: Number.POSITIVE_INFINITY,
  }),
  roles: (org: string) => list<Role>(`/v1/orgs/${org}/roles`),
  role: (role: string) => one<Role>(`/v1/roles/${role}`),
  bindings: (org: string, filter: Query = {}) => list<Binding>(`/v1/orgs/${org}/bindings`, filter),
  serviceAccounts: (org: string) => list<ServiceAccount>(`/v1/orgs/${org}/service-accounts`),
  serviceAccount: (account: string) => one<ServiceAccount>(`/v1/service-accounts/${account}`),
  apiKeys: (org: string, filter: Query = {}) => list<ApiKey>(`/v1/orgs/${org}/api-keys`, filter),
};
