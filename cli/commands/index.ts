import { type CommandSpec, type GroupSpec, group } from "../spec.ts";
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
import { callApi } from "./api/api.ts";
import { applyFolder, diffFolder } from "./apply/apply.ts";
import { login } from "./auth/login.ts";
import { logout } from "./auth/logout.ts";
import { whoami } from "./auth/whoami.ts";
import { configCommands } from "./config-commands.ts";
import { deleteContext, listContexts, renameContext, useContext } from "./contexts/contexts.ts";
import { use } from "./contexts/use.ts";
import { deploy } from "./deploy/deploy.ts";
import { doctor } from "./doctor/doctor.ts";
import { createEnvironment } from "./environments/create.ts";
import { freezeEnvironment, unfreezeEnvironment } from "./environments/freeze.ts";
import { getEnvironment } from "./environments/get.ts";
import { listEnvironments } from "./environments/list.ts";
import { updateEnvironment } from "./environments/update.ts";
import { exec } from "./exec/exec.ts";
import { approveExecSession, endExecSession, rejectExecSession } from "./exec-sessions/act.ts";
import { getExecSession } from "./exec-sessions/get.ts";
import { listExecSessions } from "./exec-sessions/list.ts";
import { replayExecSession } from "./exec-sessions/replay.ts";
import { fleetCommands } from "./fleet-commands.ts";
import { showFleetComponents } from "./fleets/components.ts";
import { createFleet } from "./fleets/create.ts";
import { getFleet } from "./fleets/get.ts";
import { listFleets } from "./fleets/list.ts";
import { updateFleet } from "./fleets/update.ts";
import { completion } from "./help/completion.ts";
import { printSchema } from "./help/schema.ts";
import { organizationCommands } from "./organization-commands.ts";
import { createProject } from "./projects/create.ts";
import { getProject } from "./projects/get.ts";
import { listProjects } from "./projects/list.ts";
import { showQuotas } from "./quotas/quotas.ts";
import { createRelease } from "./releases/create.ts";
import { getRelease } from "./releases/get.ts";
import { listReleases } from "./releases/list.ts";
import { simulate } from "./simulate/simulate.ts";
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
  ...fleetCommands,
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
  ...organizationCommands,
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
