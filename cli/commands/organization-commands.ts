import { type GroupSpec, group } from "../spec.ts";
import { explainAccess, listPermissions } from "./access/explain.ts";
import { exportAuditEvents } from "./audit/export.ts";
import { followAuditEvents } from "./audit/follow.ts";
import { listAuditEvents } from "./audit/list.ts";
import { verifyAuditEvents } from "./audit/verify.ts";
import { addBinding, listBindings, removeBinding } from "./bindings/bindings.ts";
import {
  acceptInvitation,
  createInvitation,
  listInvitations,
  resendInvitation,
  revokeInvitation,
} from "./invitations/invitations.ts";
import { createKey } from "./keys/create.ts";
import { getKey } from "./keys/get.ts";
import { listKeys } from "./keys/list.ts";
import { revokeKey } from "./keys/revoke.ts";
import { rotateKey } from "./keys/rotate.ts";
import { getMember, listMembers, memberPermissions, removeMember, updateMember } from "./members/members.ts";
import {
  createOrganization,
  deleteOrganization,
  restoreOrganization,
  updateOrganization,
} from "./orgs/change.ts";
import { exportOrganization } from "./orgs/export.ts";
import { getOrganization } from "./orgs/get.ts";
import { listOrganizations } from "./orgs/list.ts";
import { leaveOrganization, transferOrganization } from "./orgs/membership.ts";
import { twoFactorOfOrganization } from "./orgs/two-factor.ts";
import { useOrganization } from "./orgs/use.ts";
import { createRole, deleteRole, getRole, listRoles, updateRole } from "./roles/roles.ts";
import {
  createServiceAccount,
  deleteServiceAccount,
  getServiceAccount,
  listServiceAccounts,
  updateServiceAccount,
} from "./service-accounts/service-accounts.ts";
import {
  createConnection,
  deleteConnection,
  getConnection,
  listConnections,
  testConnection,
  updateConnection,
} from "./sso/connections.ts";
import { addDomain, listDomains, removeDomain, verifyDomain } from "./sso/domains.ts";
import { getPolicy, relaxSso, requireSso } from "./sso/policy.ts";
import { addMemberToTeam, listTeamMembers, removeMemberFromTeam } from "./teams/members.ts";
import { createTeam, deleteTeam, getTeam, listTeams, updateTeam } from "./teams/teams.ts";

/** Organizations, who belongs to them with what rights, and what was done in them. */
export const organizationCommands: GroupSpec[] = [
  group(
    "orgs",
    "Organizations that you belong to",
    [
      listOrganizations,
      getOrganization,
      createOrganization,
      updateOrganization,
      twoFactorOfOrganization,
      useOrganization,
      exportOrganization,
      leaveOrganization,
      transferOrganization,
      deleteOrganization,
      restoreOrganization,
    ],
    { aliases: ["org"] },
  ),
  group(
    "members",
    "People of the organization",
    [listMembers, getMember, updateMember, removeMember, memberPermissions],
    { aliases: ["member"] },
  ),
  group(
    "invitations",
    "Invitations to the organization",
    [listInvitations, createInvitation, resendInvitation, revokeInvitation, acceptInvitation],
    { aliases: ["invitation"] },
  ),
  group(
    "teams",
    "Teams of the organization",
    [
      listTeams,
      getTeam,
      createTeam,
      updateTeam,
      deleteTeam,
      listTeamMembers,
      addMemberToTeam,
      removeMemberFromTeam,
    ],
    { aliases: ["team"] },
  ),
  group("roles", "The organization's own roles", [listRoles, getRole, createRole, updateRole, deleteRole], {
    aliases: ["role"],
  }),
  group(
    "bindings",
    "Who has which role where, beside the role of the membership",
    [listBindings, addBinding, removeBinding],
    { aliases: ["binding"] },
  ),
  group("access", "What somebody may do, and why", [explainAccess, listPermissions]),
  group(
    "service-accounts",
    "Identities of programs",
    [
      listServiceAccounts,
      getServiceAccount,
      createServiceAccount,
      updateServiceAccount,
      deleteServiceAccount,
    ],
    { aliases: ["service-account", "sa"] },
  ),
  group("keys", "API keys of the organization", [listKeys, getKey, createKey, rotateKey, revokeKey], {
    aliases: ["key"],
  }),
  group(
    "sso",
    "Single sign-on by the organization's identity provider",
    [
      listConnections,
      getConnection,
      createConnection,
      updateConnection,
      deleteConnection,
      testConnection,
      group(
        "domains",
        "E-mail domains that are yours",
        [listDomains, addDomain, verifyDomain, removeDomain],
        {
          standard: "list",
        },
      ),
      getPolicy,
      requireSso,
      relaxSso,
    ],
    { standard: "list" },
  ),
  group(
    "audit",
    "Who did what in the organization",
    [listAuditEvents, exportAuditEvents, verifyAuditEvents, followAuditEvents],
    { standard: "list" },
  ),
];
