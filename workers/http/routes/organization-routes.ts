import type { Route } from "../route.ts";
import { explainAccessRoute } from "./access/explain.ts";
import { myPermissionsRoute } from "./access/mine.ts";
import { listPermissionsRoute } from "./access/permissions.ts";
import { createApiKeyRoute } from "./api-keys/create.ts";
import { getApiKeyRoute } from "./api-keys/get.ts";
import { listApiKeysRoute } from "./api-keys/list.ts";
import { revokeApiKeyRoute } from "./api-keys/revoke.ts";
import { rotateApiKeyRoute } from "./api-keys/rotate.ts";
import { exportAuditEventsRoute } from "./audit/export.ts";
import { followAuditEventsRoute } from "./audit/follow.ts";
import { listAuditEventsRoute } from "./audit/list.ts";
import { verifyAuditEventsRoute } from "./audit/verify.ts";
import { createBindingRoute } from "./bindings/create.ts";
import { deleteBindingRoute } from "./bindings/delete.ts";
import { listBindingsRoute } from "./bindings/list.ts";
import { createEnvironmentRoute } from "./environments/create.ts";
import { getEnvironmentRoute } from "./environments/get.ts";
import { listEnvironmentsRoute } from "./environments/list.ts";
import { updateEnvironmentRoute } from "./environments/update.ts";
import { acceptInvitationRoute } from "./invitations/accept.ts";
import { createInvitationRoute } from "./invitations/create.ts";
import { listInvitationsRoute } from "./invitations/list.ts";
import { previewInvitationRoute } from "./invitations/preview.ts";
import { resendInvitationRoute } from "./invitations/resend.ts";
import { revokeInvitationRoute } from "./invitations/revoke.ts";
import { signUpInvitedRoute } from "./invitations/sign-up.ts";
import { getMemberRoute } from "./members/get.ts";
import { leaveOrganizationRoute } from "./members/leave.ts";
import { listMembersRoute } from "./members/list.ts";
import { memberPermissionsRoute } from "./members/permissions.ts";
import { removeMemberRoute } from "./members/remove.ts";
import { transferOrganizationRoute } from "./members/transfer.ts";
import { updateMemberRoute } from "./members/update.ts";
import { createOrganizationRoute } from "./organizations/create.ts";
import { deleteOrganizationRoute } from "./organizations/delete.ts";
import { exportOrganizationRoute } from "./organizations/export.ts";
import { getOrganizationRoute } from "./organizations/get.ts";
import { restoreOrganizationRoute } from "./organizations/restore.ts";
import { updateOrganizationRoute } from "./organizations/update.ts";
import { createProjectRoute } from "./projects/create.ts";
import { getProjectRoute } from "./projects/get.ts";
import { listProjectsRoute } from "./projects/list.ts";
import { getQuotasRoute } from "./quotas/get.ts";
import { createRoleRoute } from "./roles/create.ts";
import { deleteRoleRoute } from "./roles/delete.ts";
import { getRoleRoute } from "./roles/get.ts";
import { listRolesRoute } from "./roles/list.ts";
import { updateRoleRoute } from "./roles/update.ts";
import { createServiceAccountRoute } from "./service-accounts/create.ts";
import { deleteServiceAccountRoute } from "./service-accounts/delete.ts";
import { getServiceAccountRoute } from "./service-accounts/get.ts";
import { listServiceAccountsRoute } from "./service-accounts/list.ts";
import { updateServiceAccountRoute } from "./service-accounts/update.ts";
import { addSsoDomainRoute } from "./sso/add-domain.ts";
import { ssoCallbackRoute } from "./sso/callback.ts";
import { createSsoConnectionRoute } from "./sso/create.ts";
import { deleteSsoConnectionRoute } from "./sso/delete.ts";
import { deleteSsoDomainRoute } from "./sso/delete-domain.ts";
import { discoverSsoRoute } from "./sso/discover.ts";
import { getSsoConnectionRoute } from "./sso/get.ts";
import { getSsoPolicyRoute } from "./sso/get-policy.ts";
import { listSsoConnectionsRoute } from "./sso/list.ts";
import { startSsoRoute } from "./sso/start.ts";
import { testSsoConnectionRoute } from "./sso/test.ts";
import { updateSsoConnectionRoute } from "./sso/update.ts";
import { updateSsoPolicyRoute } from "./sso/update-policy.ts";
import { verifySsoDomainRoute } from "./sso/verify-domain.ts";
import { addTeamMemberRoute } from "./teams/add-member.ts";
import { createTeamRoute } from "./teams/create.ts";
import { deleteTeamRoute } from "./teams/delete.ts";
import { getTeamRoute } from "./teams/get.ts";
import { listTeamsRoute } from "./teams/list.ts";
import { listTeamMembersRoute } from "./teams/list-members.ts";
import { removeTeamMemberRoute } from "./teams/remove-member.ts";
import { updateTeamRoute } from "./teams/update.ts";
import { getUsageRoute } from "./usage/get.ts";
import { listLedgerRoute } from "./usage/list-ledger.ts";
import { previewInvoiceRoute } from "./usage/preview-invoice.ts";
import { getWebhookKeyRoute } from "./webhook-keys/get.ts";
import { rotateWebhookKeyRoute } from "./webhook-keys/rotate.ts";

/** Organizations, who belongs to them with what rights, their places, what was done in them and what it costs. */
export const organizationRoutes: readonly Route[] = [
  createOrganizationRoute,
  getOrganizationRoute,
  updateOrganizationRoute,
  deleteOrganizationRoute,
  restoreOrganizationRoute,
  exportOrganizationRoute,
  listMembersRoute,
  getMemberRoute,
  updateMemberRoute,
  removeMemberRoute,
  memberPermissionsRoute,
  leaveOrganizationRoute,
  transferOrganizationRoute,
  listInvitationsRoute,
  createInvitationRoute,
  resendInvitationRoute,
  revokeInvitationRoute,
  previewInvitationRoute,
  acceptInvitationRoute,
  signUpInvitedRoute,
  listTeamsRoute,
  createTeamRoute,
  getTeamRoute,
  updateTeamRoute,
  deleteTeamRoute,
  listTeamMembersRoute,
  addTeamMemberRoute,
  removeTeamMemberRoute,
  listRolesRoute,
  createRoleRoute,
  getRoleRoute,
  updateRoleRoute,
  deleteRoleRoute,
  listBindingsRoute,
  createBindingRoute,
  deleteBindingRoute,
  listServiceAccountsRoute,
  createServiceAccountRoute,
  getServiceAccountRoute,
  updateServiceAccountRoute,
  deleteServiceAccountRoute,
  listPermissionsRoute,
  myPermissionsRoute,
  explainAccessRoute,
  listApiKeysRoute,
  createApiKeyRoute,
  getApiKeyRoute,
  rotateApiKeyRoute,
  revokeApiKeyRoute,
  getWebhookKeyRoute,
  rotateWebhookKeyRoute,
  listProjectsRoute,
  createProjectRoute,
  getProjectRoute,
  listEnvironmentsRoute,
  createEnvironmentRoute,
  getEnvironmentRoute,
  updateEnvironmentRoute,
  listAuditEventsRoute,
  verifyAuditEventsRoute,
  exportAuditEventsRoute,
  followAuditEventsRoute,
  discoverSsoRoute,
  startSsoRoute,
  ssoCallbackRoute,
  listSsoConnectionsRoute,
  createSsoConnectionRoute,
  getSsoConnectionRoute,
  updateSsoConnectionRoute,
  deleteSsoConnectionRoute,
  testSsoConnectionRoute,
  addSsoDomainRoute,
  verifySsoDomainRoute,
  deleteSsoDomainRoute,
  getSsoPolicyRoute,
  updateSsoPolicyRoute,
  getQuotasRoute,
  getUsageRoute,
  previewInvoiceRoute,
  listLedgerRoute,
];
