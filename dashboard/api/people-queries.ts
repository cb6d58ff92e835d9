import type { QueryOf } from "../../protocol/client/index.ts";
import { list, one, paged } from "./queries.ts";

type MemberFilter = QueryOf<"GET /v1/orgs/{org}/members">;
type InvitationFilter = QueryOf<"GET /v1/orgs/{org}/invitations">;
type BindingFilter = QueryOf<"GET /v1/orgs/{org}/bindings">;
type KeyFilter = QueryOf<"GET /v1/orgs/{org}/api-keys">;
type Place = QueryOf<"GET /v1/orgs/{org}/members/{user}/permissions">;

/** What the pages of people, roles and keys ask for. */
export const peopleQueries = {
  organization: (org: string) => one("GET /v1/orgs/{org}", { path: { org } }),
  members: (org: string, query: MemberFilter = {}) =>
    paged("GET /v1/orgs/{org}/members", { path: { org }, query }),
  /** For choosing one. */
  allMembers: (org: string) => list("GET /v1/orgs/{org}/members", { path: { org } }),
  member: (org: string, user: string) => one("GET /v1/orgs/{org}/members/{user}", { path: { org, user } }),
  permissionsOf: (org: string, user: string, query: Place = {}) =>
    one("GET /v1/orgs/{org}/members/{user}/permissions", { path: { org, user }, query }),
  invitations: (org: string, query: InvitationFilter = {}) =>
    paged("GET /v1/orgs/{org}/invitations", { path: { org }, query }),
  teams: (org: string) => list("GET /v1/orgs/{org}/teams", { path: { org } }),
  team: (team: string) => one("GET /v1/teams/{team}", { path: { team } }),
  teamMembers: (team: string) => list("GET /v1/teams/{team}/members", { path: { team } }),
  catalogue: () => ({ ...one("GET /v1/permissions", {}), staleTime: Number.POSITIVE_INFINITY }),
  roles: (org: string) => list("GET /v1/orgs/{org}/roles", { path: { org } }),
  role: (role: string) => one("GET /v1/roles/{role}", { path: { role } }),
  bindings: (org: string, query: BindingFilter = {}) =>
    list("GET /v1/orgs/{org}/bindings", { path: { org }, query }),
  serviceAccounts: (org: string) => list("GET /v1/orgs/{org}/service-accounts", { path: { org } }),
  serviceAccount: (serviceAccount: string) =>
    one("GET /v1/service-accounts/{serviceAccount}", { path: { serviceAccount } }),
  apiKeys: (org: string, query: KeyFilter = {}) =>
    list("GET /v1/orgs/{org}/api-keys", { path: { org }, query }),
};
