import { type CommandSpec, type GroupSpec, group } from "../spec.ts";
import { explainAccess, listPermissions } from "./access/explain.ts";
import {
  changeEmail,
  changePassword,
  confirmAccount,
  listActivity,
  listSessions,
  revokeSession,
  showAccount,
  signOutEverywhere,
  updateAccount,
} from "./account/account.ts";
import {
  confirmTotp,
  deletePasskey,
  disableTotp,
  enableTotp,
  getFactors,
  listPasskeys,
  renamePasskey,
  renewRecoveryCodes,
} from "./account/factors.ts";
import { runAgent } from "./agent/run.ts";
import { decommissionAgent } from "./agents/decommission.ts";
import { deleteAgent } from "./agents/delete.ts";
import { explainAgent, explainAgentTopic } from "./agents/explain.ts";
import { getAgent } from "./agents/get.ts";
import { labelAgents } from "./agents/label.ts";
import { listAgents } from "./agents/list.ts";
import { listAgentReleases } from "./agents/releases.ts";
import { renameAgent } from "./agents/rename.ts";
import { restartAgent } from "./agents/restart.ts";
import { cancelRestart, getRestart, listRestarts } from "./agents/restarts.ts";
import { revokeAgent } from "./agents/revoke.ts";
import { upgradeAgents } from "./agents/upgrade.ts";
import { callApi } from "./api/api.ts";
import { applyFolder, diffFolder } from "./apply/apply.ts";
import { exportAuditEvents } from "./audit/export.ts";
import { followAuditEvents } from "./audit/follow.ts";
import { listAuditEvents } from "./audit/list.ts";
import { verifyAuditEvents } from "./audit/verify.ts";
import { login } from "./auth/login.ts";
import { logout } from "./auth/logout.ts";
import { whoami } from "./auth/whoami.ts";
import { addBinding, listBindings, removeBinding } from "./bindings/bindings.ts";
import { configCommands } from "./config-commands.ts";
import { deleteContext, listContexts, renameContext, useContext } from "./contexts/contexts.ts";
import { use } from "./contexts/use.ts";
import { deploy } from "./deploy/deploy.ts";
import { doctor } from "./doctor/doctor.ts";
import { acceptDrift, reapplyDrift, setDriftPolicy } from "./drift/act.ts";
import { listDrift, showConfigDrift, showDrift } from "./drift/look.ts";
import { createEnvironment } from "./environments/create.ts";
import { freezeEnvironment, unfreezeEnvironment } from "./environments/freeze.ts";
import { getEnvironment } from "./environments/get.ts";
import { listEnvironments } from "./environments/list.ts";
import { updateEnvironment } from "./environments/update.ts";
import { listHistory } from "./events/history.ts";
import { listEvents } from "./events/list.ts";
import { exec } from "./exec/exec.ts";
import { approveExecSession, endExecSession, rejectExecSession } from "./exec-sessions/act.ts";
import { getExecSession } from "./exec-sessions/get.ts";
import { listExecSessions } from "./exec-sessions/list.ts";
import { replayExecSession } from "./exec-sessions/replay.ts";
import { showFleetComponents } from "./fleets/components.ts";
import { createFleet } from "./fleets/create.ts";
import { getFleet } from "./fleets/get.ts";
import { listFleets } from "./fleets/list.ts";
import { updateFleet } from "./fleets/update.ts";
import { completion } from "./help/completion.ts";
import { printSchema } from "./help/schema.ts";
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
import { readLogs } from "./logs/read.ts";
import { setShipping, showShipping } from "./logs/shipping.ts";
import { getMember, listMembers, memberPermissions, removeMember, updateMember } from "./members/members.ts";
import { setCollection, showCollection } from "./metrics/collection.ts";
import { showMetrics } from "./metrics/show.ts";
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
import { createProject } from "./projects/create.ts";
import { getProject } from "./projects/get.ts";
import { listProjects } from "./projects/list.ts";
import { showQuotas } from "./quotas/quotas.ts";
import { createRelease } from "./releases/create.ts";
import { getRelease } from "./releases/get.ts";
import { listReleases } from "./releases/list.ts";
import { createRole, deleteRole, getRole, listRoles, updateRole } from "./roles/roles.ts";
import { abortRollout, pauseRollout, promoteRollout, resumeRollout, retryRollout } from "./rollouts/act.ts";
import { listRolloutAgents } from "./rollouts/agents.ts";
import { listApprovals } from "./rollouts/approvals.ts";
import { approveRollout, overrideFreeze, rejectRollout } from "./rollouts/decide.ts";
import { explainRollout, explainRolloutTopic } from "./rollouts/explain.ts";
import { exportRollout } from "./rollouts/export.ts";
import { getRollout } from "./rollouts/get.ts";
import { listRollouts } from "./rollouts/list.ts";
import { replayRollout } from "./rollouts/replay.ts";
import { revertRollout } from "./rollouts/revert.ts";
import { watch } from "./rollouts/watch.ts";
import {
  createServiceAccount,
  deleteServiceAccount,
  getServiceAccount,
  listServiceAccounts,
  updateServiceAccount,
} from "./service-accounts/service-accounts.ts";
import { simulate } from "./simulate/simulate.ts";
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
import { clearTelemetry, getTelemetry, setTelemetry } from "./telemetry/commands.ts";
import { createToken } from "./tokens/create.ts";
import { listTokens } from "./tokens/list.ts";
import { revokeToken } from "./tokens/revoke.ts";
import { previewInvoice } from "./usage/invoice-preview.ts";
import { listLedger } from "./usage/ledger.ts";
import { showUsage } from "./usage/usage.ts";
import { getWebhookKey } from "./webhook-key/get.ts";
import { rotateWebhookKey } from "./webhook-key/rotate.ts";

/** Every command, in the order of the help. */
export const commands: (CommandSpec | GroupSpec)[] = [
  login,
  logout,
  whoami,
  use,
  group(
    "contexts",
    "Servers that you have signed in to, and where you work at each",
    [listContexts, useContext, renameContext, deleteContext],
    { aliases: ["context"], standard: "list" },
  ),
  deploy,
  applyFolder,
  diffFolder,
  group(
    "rollouts",
    "Follow and steer rollouts",
    [
      listRollouts,
      getRollout,
      listRolloutAgents,
      listApprovals,
      explainRollout,
      watch,
      approveRollout,
      rejectRollout,
      abortRollout,
      pauseRollout,
      resumeRollout,
      promoteRollout,
      overrideFreeze,
      retryRollout,
      revertRollout,
      exportRollout,
      replayRollout,
    ],
    { aliases: ["rollout"] },
  ),
  group("agents", "Look at the fleet's agents and operate them", [
    listAgents,
    getAgent,
    explainAgent,
    labelAgents,
    renameAgent,
    restartAgent,
    upgradeAgents,
    listAgentReleases,
    group("restarts", "Restarts of many agents", [listRestarts, getRestart, cancelRestart]),
    revokeAgent,
    decommissionAgent,
    deleteAgent,
  ]),
  group(
    "drift",
    "Agents whose files were changed on the host",
    [listDrift, showDrift, showConfigDrift, reapplyDrift, acceptDrift, setDriftPolicy],
    { standard: "list" },
  ),
  group(
    "logs",
    "What programs on agents write, and what a fleet keeps of it",
    [readLogs, showShipping, setShipping],
    {
      standard: "read",
    },
  ),
  group(
    "metrics",
    "What agents measure, and what a fleet stores of it",
    [showMetrics, showCollection, setCollection],
    {
      standard: "show",
    },
  ),
  group(
    "telemetry",
    "Where the fleet's agents send what they say of themselves",
    [getTelemetry, setTelemetry, clearTelemetry],
    { standard: "get" },
  ),
  group("explain", "Say why something is as it is", [explainAgentTopic, explainRolloutTopic]),
  group("events", "Show and follow what happens in a fleet", [listEvents, listHistory], { standard: "list" }),
  ...configCommands,
  group("releases", "Which config versions go to which agents", [listReleases, getRelease, createRelease], {
    aliases: ["release"],
  }),
  group("fleets", "Fleets of agents", [listFleets, getFleet, showFleetComponents, createFleet, updateFleet]),
  group(
    "tokens",
    "Enrolment tokens, with which agents join a fleet",
    [listTokens, createToken, revokeToken],
    {
      aliases: ["token"],
    },
  ),
  group("projects", "Projects of the organization", [listProjects, getProject, createProject]),
  group(
    "environments",
    "Environments of the project",
    [
      listEnvironments,
      getEnvironment,
      createEnvironment,
      updateEnvironment,
      freezeEnvironment,
      unfreezeEnvironment,
    ],
    {
      aliases: ["envs"],
    },
  ),
  group(
    "account",
    "Your own account: password, second factors, sessions",
    [
      showAccount,
      updateAccount,
      changePassword,
      changeEmail,
      confirmAccount,
      group("sessions", "Where you are signed in", [listSessions, revokeSession], { standard: "list" }),
      signOutEverywhere,
      group("two-factor", "The authenticator app", [getFactors, enableTotp, confirmTotp, disableTotp], {
        standard: "show",
      }),
      renewRecoveryCodes,
      group("passkeys", "Passkeys of your account", [listPasskeys, renamePasskey, deletePasskey], {
        standard: "list",
      }),
      listActivity,
    ],
    { standard: "show" },
  ),
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
  exec,
  group(
    "exec-sessions",
    "Who ran what on agents' hosts",
    [
      listExecSessions,
      getExecSession,
      approveExecSession,
      rejectExecSession,
      endExecSession,
      replayExecSession,
    ],
    { aliases: ["exec-session"], standard: "list" },
  ),
  showQuotas,
  group("webhook-key", "The key that webhook calls are signed with", [getWebhookKey, rotateWebhookKey]),
  showUsage,
  group("invoice", "What the use costs, and the ledger behind it", [previewInvoice, listLedger]),
  group("agent", "The agent program itself", [runAgent]),
  simulate,
  doctor,
  callApi,
  printSchema(() => commands),
  completion,
];
