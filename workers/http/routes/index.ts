import type { Route } from "../route.ts";
import { explainAccessRoute } from "./access/explain.ts";
import { myPermissionsRoute } from "./access/mine.ts";
import { listPermissionsRoute } from "./access/permissions.ts";
import { changeEmailRoute } from "./account/change-email.ts";
import { changePasswordRoute } from "./account/change-password.ts";
import { listAccountEventsRoute } from "./account/list-events.ts";
import { listSessionsRoute } from "./account/list-sessions.ts";
import { revokeSessionRoute } from "./account/revoke-session.ts";
import { signOutEverywhereRoute } from "./account/sign-out-everywhere.ts";
import { updateMeRoute } from "./account/update-me.ts";
import { listAgentReleasesRoute } from "./agent-releases/list.ts";
import { actOnAgentsRoute } from "./agents/act.ts";
import { decommissionAgentRoute } from "./agents/decommission.ts";
import { deleteAgentRoute } from "./agents/delete.ts";
import { explainAgentRoute } from "./agents/explain.ts";
import { getAgentRoute } from "./agents/get.ts";
import { listAgentsRoute } from "./agents/list.ts";
import { listAgentVariablesRoute } from "./agents/list-variables.ts";
import { renderAgentRoute } from "./agents/render.ts";
import { restartAgentRoute } from "./agents/restart.ts";
import { revokeAgentRoute } from "./agents/revoke.ts";
import { updateAgentRoute } from "./agents/update.ts";
import { createApiKeyRoute } from "./api-keys/create.ts";
import { getApiKeyRoute } from "./api-keys/get.ts";
import { listApiKeysRoute } from "./api-keys/list.ts";
import { revokeApiKeyRoute } from "./api-keys/revoke.ts";
import { rotateApiKeyRoute } from "./api-keys/rotate.ts";
import { exportAuditEventsRoute } from "./audit/export.ts";
import { followAuditEventsRoute } from "./audit/follow.ts";
import { listAuditEventsRoute } from "./audit/list.ts";
import { verifyAuditEventsRoute } from "./audit/verify.ts";
import { askForConfirmationRoute } from "./auth/ask-for-confirmation.ts";
import { askPasskeyRoute } from "./auth/ask-passkey.ts";
import { askPasswordResetRoute } from "./auth/ask-password-reset.ts";
import { completeEmailChangeRoute } from "./auth/complete-email-change.ts";
import { completePasswordResetRoute } from "./auth/complete-password-reset.ts";
import { confirmRoute } from "./auth/confirm.ts";
import { meRoute } from "./auth/me.ts";
import { passkeySignInRoute } from "./auth/passkey-sign-in.ts";
import { refreshRoute } from "./auth/refresh.ts";
import { secondFactorRoute } from "./auth/second-factor.ts";
import { signInRoute } from "./auth/sign-in.ts";
import { signOutRoute } from "./auth/sign-out.ts";
import { signUpRoute } from "./auth/sign-up.ts";
import { verifyEmailRoute } from "./auth/verify-email.ts";
import { createBindingRoute } from "./bindings/create.ts";
import { deleteBindingRoute } from "./bindings/delete.ts";
import { listBindingsRoute } from "./bindings/list.ts";
import { getFleetComponentsRoute } from "./components/fleet.ts";
import { configRoutes } from "./config-routes.ts";
import { decideDeviceRoute } from "./device/decide.ts";
import { findDeviceRoute } from "./device/find.ts";
import { requestDeviceRoute } from "./device/request.ts";
import { deviceTokenRoute } from "./device/token.ts";
import { acceptDriftRoute } from "./drift/accept.ts";
import { getAgentDriftRoute } from "./drift/agent.ts";
import { getConfigDriftRoute } from "./drift/config.ts";
import { getFleetDriftRoute } from "./drift/fleet.ts";
import { reapplyDriftRoute } from "./drift/reapply.ts";
import { createEnrollmentTokenRoute } from "./enrollment-tokens/create.ts";
import { listEnrollmentTokensRoute } from "./enrollment-tokens/list.ts";
import { revokeEnrollmentTokenRoute } from "./enrollment-tokens/revoke.ts";
import { createEnvironmentRoute } from "./environments/create.ts";
import { getEnvironmentRoute } from "./environments/get.ts";
import { listEnvironmentsRoute } from "./environments/list.ts";
import { updateEnvironmentRoute } from "./environments/update.ts";
import { listFleetEventsRoute } from "./events/list-fleet.ts";
import { listOrganizationEventsRoute } from "./events/list-organization.ts";
import { approveExecSessionRoute } from "./exec/approve.ts";
import { endExecSessionRoute } from "./exec/end.ts";
import { getExecSessionRoute } from "./exec/get.ts";
import { listExecSessionsRoute } from "./exec/list.ts";
import { openExecSessionRoute } from "./exec/open.ts";
import { getExecRecordingRoute } from "./exec/recording.ts";
import { rejectExecSessionRoute } from "./exec/reject.ts";
import { renewStreamTicketRoute } from "./exec/renew-ticket.ts";
import { startExecRoute } from "./exec/start.ts";
import { addPasskeyRoute } from "./factors/add-passkey.ts";
import { confirmTotpRoute } from "./factors/confirm-totp.ts";
import { getFactorsRoute } from "./factors/get.ts";
import { getTwoFactorPolicyRoute } from "./factors/get-policy.ts";
import { removePasskeyRoute } from "./factors/remove-passkey.ts";
import { removeTotpRoute } from "./factors/remove-totp.ts";
import { renamePasskeyRoute } from "./factors/rename-passkey.ts";
import { renewRecoveryCodesRoute } from "./factors/renew-recovery-codes.ts";
import { startPasskeyRoute } from "./factors/start-passkey.ts";
import { startTotpRoute } from "./factors/start-totp.ts";
import { updateTwoFactorPolicyRoute } from "./factors/update-policy.ts";
import { createFleetRoute } from "./fleets/create.ts";
import { followFleetRoute } from "./fleets/follow.ts";
import { getFleetRoute } from "./fleets/get.ts";
import { listFleetsRoute } from "./fleets/list.ts";
import { updateFleetRoute } from "./fleets/update.ts";
import { acceptInvitationRoute } from "./invitations/accept.ts";
import { createInvitationRoute } from "./invitations/create.ts";
import { listInvitationsRoute } from "./invitations/list.ts";
import { previewInvitationRoute } from "./invitations/preview.ts";
import { resendInvitationRoute } from "./invitations/resend.ts";
import { revokeInvitationRoute } from "./invitations/revoke.ts";
import { signUpInvitedRoute } from "./invitations/sign-up.ts";
import { getLogShippingRoute } from "./logs/get-shipping.ts";
import { readKeptLogsRoute } from "./logs/read.ts";
import { setLogShippingRoute } from "./logs/set-shipping.ts";
import { tailLogsRoute } from "./logs/tail.ts";
import { getMemberRoute } from "./members/get.ts";
import { leaveOrganizationRoute } from "./members/leave.ts";
import { listMembersRoute } from "./members/list.ts";
import { memberPermissionsRoute } from "./members/permissions.ts";
import { removeMemberRoute } from "./members/remove.ts";
import { transferOrganizationRoute } from "./members/transfer.ts";
import { updateMemberRoute } from "./members/update.ts";
import { docsRoute } from "./meta/docs.ts";
import { healthRoute } from "./meta/health.ts";
import { openApiRoute } from "./meta/openapi.ts";
import { getAgentMetricsRoute } from "./metrics/agent.ts";
import { getFleetMetricsRoute } from "./metrics/fleet.ts";
import { getMetricsCollectionRoute } from "./metrics/get-collection.ts";
import { setMetricsCollectionRoute } from "./metrics/set-collection.ts";
import { createOrganizationRoute } from "./organizations/create.ts";
import { deleteOrganizationRoute } from "./organizations/delete.ts";
import { exportOrganizationRoute } from "./organizations/export.ts";
import { getOrganizationRoute } from "./organizations/get.ts";
import { restoreOrganizationRoute } from "./organizations/restore.ts";
import { updateOrganizationRoute } from "./organizations/update.ts";
import { getOwnTelemetryRoute } from "./own-telemetry/get.ts";
import { setOwnTelemetryRoute } from "./own-telemetry/set.ts";
import { createProjectRoute } from "./projects/create.ts";
import { getProjectRoute } from "./projects/get.ts";
import { listProjectsRoute } from "./projects/list.ts";
import { getQuotasRoute } from "./quotas/get.ts";
import { createReleaseRoute } from "./releases/create.ts";
import { getReleaseRoute } from "./releases/get.ts";
import { listReleasesRoute } from "./releases/list.ts";
import { cancelRestartRoute } from "./restarts/cancel.ts";
import { getRestartRoute } from "./restarts/get.ts";
import { listRestartsRoute } from "./restarts/list.ts";
import { createRoleRoute } from "./roles/create.ts";
import { deleteRoleRoute } from "./roles/delete.ts";
import { getRoleRoute } from "./roles/get.ts";
import { listRolesRoute } from "./roles/list.ts";
import { updateRoleRoute } from "./roles/update.ts";
import { abortRolloutRoute } from "./rollouts/abort.ts";
import { approveRolloutRoute } from "./rollouts/approve.ts";
import { explainRolloutRoute } from "./rollouts/explain.ts";
import { exportRolloutRoute } from "./rollouts/export.ts";
import { getRolloutRoute } from "./rollouts/get.ts";
import { listRolloutsRoute } from "./rollouts/list.ts";
import { listRolloutAgentsRoute } from "./rollouts/list-agents.ts";
import { listApprovalsRoute } from "./rollouts/list-approvals.ts";
import { overrideFreezeRoute } from "./rollouts/override-freeze.ts";
import { pauseRolloutRoute } from "./rollouts/pause.ts";
import { promoteRolloutRoute } from "./rollouts/promote.ts";
import { resumeRolloutRoute } from "./rollouts/resume.ts";
import { retryRolloutRoute } from "./rollouts/retry.ts";
import { revertRolloutRoute } from "./rollouts/revert.ts";
import { startRolloutRoute } from "./rollouts/start.ts";
import { approveSecretVersionRoute } from "./secrets/approve-version.ts";
import { createSecretRoute } from "./secrets/create.ts";
import { deleteSecretRoute } from "./secrets/delete.ts";
import { destroySecretVersionRoute } from "./secrets/destroy-version.ts";
import { getSecretRoute } from "./secrets/get.ts";
import { getSecretsKeyRoute } from "./secrets/get-key.ts";
import { getSecretImpactRoute } from "./secrets/impact.ts";
import { listSecretsRoute } from "./secrets/list.ts";
import { listSecretVersionsRoute } from "./secrets/list-versions.ts";
import { rejectSecretVersionRoute } from "./secrets/reject-version.ts";
import { rewrapSecretsKeyRoute } from "./secrets/rewrap-key.ts";
import { rotateSecretRoute } from "./secrets/rotate.ts";
import { rotateSecretsKeyRoute } from "./secrets/rotate-key.ts";
import { updateSecretRoute } from "./secrets/update.ts";
import { getSecretUsageRoute } from "./secrets/usage.ts";
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
import { createVariableRoute } from "./variables/create.ts";
import { deleteVariableRoute } from "./variables/delete.ts";
import { getVariableRoute } from "./variables/get.ts";
import { getVariableImpactRoute } from "./variables/impact.ts";
import { listVariablesRoute } from "./variables/list.ts";
import { updateVariableRoute } from "./variables/update.ts";
import { getWebhookKeyRoute } from "./webhook-keys/get.ts";
import { rotateWebhookKeyRoute } from "./webhook-keys/rotate.ts";

export const apiVersion = "1.0.0";

/** Every endpoint. A path that could match two comes first where it is fixed (`/v1/configs/validate`). */

export const routes: readonly Route[] = [
  signUpRoute,
  verifyEmailRoute,
  signInRoute,
  refreshRoute,
  signOutRoute,
  secondFactorRoute,
  askPasskeyRoute,
  passkeySignInRoute,
  confirmRoute,
  askForConfirmationRoute,
  getFactorsRoute,
  startTotpRoute,
  confirmTotpRoute,
  removeTotpRoute,
  renewRecoveryCodesRoute,
  startPasskeyRoute,
  addPasskeyRoute,
  renamePasskeyRoute,
  removePasskeyRoute,
  getTwoFactorPolicyRoute,
  updateTwoFactorPolicyRoute,
  askPasswordResetRoute,
  completePasswordResetRoute,
  completeEmailChangeRoute,
  meRoute,
  updateMeRoute,
  changePasswordRoute,
  changeEmailRoute,
  listSessionsRoute,
  revokeSessionRoute,
  signOutEverywhereRoute,
  listAccountEventsRoute,
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
  listSecretsRoute,
  createSecretRoute,
  getSecretRoute,
  updateSecretRoute,
  deleteSecretRoute,
  rotateSecretRoute,
  listSecretVersionsRoute,
  approveSecretVersionRoute,
  rejectSecretVersionRoute,
  destroySecretVersionRoute,
  getSecretUsageRoute,
  getSecretImpactRoute,
  getSecretsKeyRoute,
  rewrapSecretsKeyRoute,
  rotateSecretsKeyRoute,
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
  listFleetsRoute,
  createFleetRoute,
  getFleetRoute,
  getFleetComponentsRoute,
  updateFleetRoute,
  listEnrollmentTokensRoute,
  getFleetDriftRoute,
  getAgentDriftRoute,
  getConfigDriftRoute,
  reapplyDriftRoute,
  acceptDriftRoute,
  startExecRoute,
  listExecSessionsRoute,
  getExecSessionRoute,
  approveExecSessionRoute,
  rejectExecSessionRoute,
  openExecSessionRoute,
  endExecSessionRoute,
  getExecRecordingRoute,
  renewStreamTicketRoute,
  tailLogsRoute,
  readKeptLogsRoute,
  getLogShippingRoute,
  setLogShippingRoute,
  getOwnTelemetryRoute,
  setOwnTelemetryRoute,
  getAgentMetricsRoute,
  getFleetMetricsRoute,
  getMetricsCollectionRoute,
  setMetricsCollectionRoute,
  createEnrollmentTokenRoute,
  revokeEnrollmentTokenRoute,
  ...configRoutes,
  listAgentsRoute,
  getAgentRoute,
  explainAgentRoute,
  renderAgentRoute,
  revokeAgentRoute,
  decommissionAgentRoute,
  deleteAgentRoute,
  restartAgentRoute,
  updateAgentRoute,
  actOnAgentsRoute,
  listAgentReleasesRoute,
  listRestartsRoute,
  getRestartRoute,
  cancelRestartRoute,
  listVariablesRoute,
  createVariableRoute,
  getVariableRoute,
  updateVariableRoute,
  deleteVariableRoute,
  getVariableImpactRoute,
  listAgentVariablesRoute,
  listReleasesRoute,
  createReleaseRoute,
  getReleaseRoute,
  listRolloutsRoute,
  startRolloutRoute,
  getRolloutRoute,
  listRolloutAgentsRoute,
  abortRolloutRoute,
  pauseRolloutRoute,
  resumeRolloutRoute,
  promoteRolloutRoute,
  retryRolloutRoute,
  revertRolloutRoute,
  listApprovalsRoute,
  approveRolloutRoute,
  overrideFreezeRoute,
  explainRolloutRoute,
  exportRolloutRoute,
  listFleetEventsRoute,
  followFleetRoute,
  listOrganizationEventsRoute,
  listAuditEventsRoute,
  verifyAuditEventsRoute,
  exportAuditEventsRoute,
  followAuditEventsRoute,
  requestDeviceRoute,
  deviceTokenRoute,
  findDeviceRoute,
  decideDeviceRoute,
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
  healthRoute,
  openApiRoute(() => routes, apiVersion),
  docsRoute(() => routes, apiVersion),
];
