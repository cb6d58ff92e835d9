import { createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { api } from "../api/client.ts";
import { currentSession } from "../api/session.ts";
import { remember } from "../lib/remembered.ts";
import { app } from "./app.ts";
import { configRoutes } from "./config-routes.ts";
import { findHome, findHomeIn } from "./home.ts";
import { publicRoutes, root } from "./public-routes.ts";
import { NotFound, RouteError } from "./route-error.tsx";
import {
  readAgentsSearch,
  readAuditSearch,
  readDeploySearch,
  readDevice,
  readSessionsSearch,
  readTerminalSearch,
} from "./search.ts";

const account = createRoute({
  getParentRoute: () => app,
  path: "/account",
  component: lazyRouteComponent(() => import("../features/account/account-page.tsx"), "AccountPage"),
});

const home = createRoute({
  getParentRoute: () => app,
  path: "/",
  beforeLoad: async () => {
    throw redirect({ href: await findHome() });
  },
});

const fleets = createRoute({
  getParentRoute: () => app,
  path: "/projects/$projectId/fleets",
  component: lazyRouteComponent(() => import("../features/fleets/fleets-page.tsx"), "FleetsPage"),
});
const agents = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId",
  validateSearch: readAgentsSearch,
  component: lazyRouteComponent(() => import("../features/agents/agents-page.tsx"), "AgentsPage"),
});
const addAgent = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/add-agent",
  component: lazyRouteComponent(() => import("../features/agents/add-agent-page.tsx"), "AddAgentPage"),
});
const agent = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/agents/$agentId",
  component: lazyRouteComponent(() => import("../features/agents/agent-page.tsx"), "AgentPage"),
});
const agentTerminal = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/agents/$agentId/terminal",
  validateSearch: readTerminalSearch,
  component: lazyRouteComponent(() => import("../features/exec/terminal-page.tsx"), "TerminalPage"),
});
const execSessions = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/exec-sessions",
  validateSearch: readSessionsSearch,
  component: lazyRouteComponent(() => import("../features/exec/sessions-page.tsx"), "ExecSessionsPage"),
});
const execSession = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/exec-sessions/$sessionId",
  component: lazyRouteComponent(() => import("../features/exec/session-page.tsx"), "ExecSessionPage"),
});
const agentLogs = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/agents/$agentId/logs",
  component: lazyRouteComponent(() => import("../features/logs/agent-logs-page.tsx"), "AgentLogsPage"),
});
const fleetLogs = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/logs",
  component: lazyRouteComponent(() => import("../features/logs/fleet-logs-page.tsx"), "FleetLogsPage"),
});
const fleetMetrics = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/metrics",
  component: lazyRouteComponent(
    () => import("../features/metrics/fleet-metrics-page.tsx"),
    "FleetMetricsPage",
  ),
});
const drift = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/drift",
  component: lazyRouteComponent(() => import("../features/drift/drift-page.tsx"), "DriftPage"),
});
const telemetry = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/telemetry",
  component: lazyRouteComponent(() => import("../features/telemetry/telemetry-page.tsx"), "TelemetryPage"),
});
const rollouts = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/rollouts",
  component: lazyRouteComponent(() => import("../features/rollouts/rollouts-page.tsx"), "RolloutsPage"),
});
const rollout = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/rollouts/$rolloutId",
  component: lazyRouteComponent(() => import("../features/rollouts/rollout-page.tsx"), "RolloutPage"),
});
const deploy = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/deploy",
  validateSearch: readDeploySearch,
  component: lazyRouteComponent(() => import("../features/plan/deploy-page.tsx"), "DeployPage"),
});
const revert = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/rollouts/$rolloutId/revert",
  component: lazyRouteComponent(() => import("../features/plan/revert-page.tsx"), "RevertPage"),
});
const release = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/releases/$releaseId",
  component: lazyRouteComponent(() => import("../features/releases/release-page.tsx"), "ReleasePage"),
});
const environments = createRoute({
  getParentRoute: () => app,
  path: "/projects/$projectId/environments",
  component: lazyRouteComponent(
    () => import("../features/environments/environments-page.tsx"),
    "EnvironmentsPage",
  ),
});
const environment = createRoute({
  getParentRoute: () => app,
  path: "/projects/$projectId/environments/$environmentId",
  component: lazyRouteComponent(
    () => import("../features/environments/environment-page.tsx"),
    "EnvironmentPage",
  ),
});
const variables = createRoute({
  getParentRoute: () => app,
  path: "/projects/$projectId/environments/$environmentId/variables",
  component: lazyRouteComponent(() => import("../features/variables/variables-page.tsx"), "VariablesPage"),
});
const secrets = createRoute({
  getParentRoute: () => app,
  path: "/projects/$projectId/environments/$environmentId/secrets",
  component: lazyRouteComponent(() => import("../features/secrets/secrets-page.tsx"), "SecretsPage"),
});
const events = createRoute({
  getParentRoute: () => app,
  path: "/fleets/$fleetId/events",
  component: lazyRouteComponent(() => import("../features/events/events-page.tsx"), "EventsPage"),
});

const organizations = createRoute({
  getParentRoute: () => app,
  path: "/orgs",
  component: lazyRouteComponent(
    () => import("../features/organizations/organizations-page.tsx"),
    "OrganizationsPage",
  ),
});
/** The switcher leads here: to where the person was last in this organization. */
const organization = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId",
  beforeLoad: async ({ params }) => {
    const found = currentSession()?.organizations.find((each) => each.id === params.orgId);
    if (!found) throw redirect({ to: "/orgs", replace: true });
    remember("organization", found.id);
    throw redirect({ href: await findHomeIn(found), replace: true });
  },
});
const members = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/members",
  component: lazyRouteComponent(() => import("../features/people/members-page.tsx"), "MembersPage"),
});
const member = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/members/$userId",
  component: lazyRouteComponent(() => import("../features/people/member-page.tsx"), "MemberPage"),
});
const teams = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/teams",
  component: lazyRouteComponent(() => import("../features/teams/teams-page.tsx"), "TeamsPage"),
});
const team = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/teams/$teamId",
  component: lazyRouteComponent(() => import("../features/teams/team-page.tsx"), "TeamPage"),
});
const roles = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/roles",
  component: lazyRouteComponent(() => import("../features/roles/roles-page.tsx"), "RolesPage"),
});
const newRole = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/roles/new",
  component: lazyRouteComponent(() => import("../features/roles/new-role-page.tsx"), "NewRolePage"),
});
const role = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/roles/$roleId",
  component: lazyRouteComponent(() => import("../features/roles/role-page.tsx"), "RolePage"),
});
const serviceAccounts = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/service-accounts",
  component: lazyRouteComponent(
    () => import("../features/service-accounts/service-accounts-page.tsx"),
    "ServiceAccountsPage",
  ),
});
const serviceAccount = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/service-accounts/$accountId",
  component: lazyRouteComponent(
    () => import("../features/service-accounts/service-account-page.tsx"),
    "ServiceAccountPage",
  ),
});
const audit = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/audit",
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import("../features/audit/audit-page.tsx"), "AuditPage"),
});
const quotas = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/quotas",
  component: lazyRouteComponent(() => import("../features/quotas/quotas-page.tsx"), "QuotasPage"),
});
const usage = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/usage",
  component: lazyRouteComponent(() => import("../features/usage/usage-page.tsx"), "UsagePage"),
});
const apiKeys = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/api-keys",
  component: lazyRouteComponent(() => import("../features/organization/api-keys-page.tsx"), "ApiKeysPage"),
});
const settings = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/settings",
  component: lazyRouteComponent(() => import("../features/organization/settings-page.tsx"), "SettingsPage"),
});

const sso = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/sso",
  component: lazyRouteComponent(() => import("../features/sso/sso-page.tsx"), "SsoPage"),
});
const ssoConnection = createRoute({
  getParentRoute: () => app,
  path: "/orgs/$orgId/sso/$connectionId",
  component: lazyRouteComponent(() => import("../features/sso/connection-page.tsx"), "SsoConnectionPage"),
});
const device = createRoute({
  getParentRoute: () => app,
  path: "/device",
  validateSearch: readDevice,
  component: lazyRouteComponent(() => import("../features/device/device-page.tsx"), "DevicePage"),
});

/** Short links, as receipts and the CLI print them: the resource tells its fleet. */
const shortAgent = createRoute({
  getParentRoute: () => app,
  path: "/agents/$agentId",
  beforeLoad: async ({ params }) => {
    const { fleetId } = await api.call("GET /v1/agents/{agent}", { path: { agent: params.agentId } });
    throw redirect({ to: "/fleets/$fleetId/agents/$agentId", params: { ...params, fleetId }, replace: true });
  },
});
const shortRollout = createRoute({
  getParentRoute: () => app,
  path: "/rollouts/$rolloutId",
  beforeLoad: async ({ params }) => {
    const { fleetId } = await api.call("GET /v1/rollouts/{rollout}", { path: { rollout: params.rolloutId } });
    throw redirect({
      to: "/fleets/$fleetId/rollouts/$rolloutId",
      params: { ...params, fleetId },
      replace: true,
    });
  },
});

const shortRelease = createRoute({
  getParentRoute: () => app,
  path: "/releases/$releaseId",
  beforeLoad: async ({ params }) => {
    const { fleetId } = await api.call("GET /v1/releases/{release}", { path: { release: params.releaseId } });
    throw redirect({
      to: "/fleets/$fleetId/releases/$releaseId",
      params: { ...params, fleetId },
      replace: true,
    });
  },
});
const shortEnvironment = createRoute({
  getParentRoute: () => app,
  path: "/environments/$environmentId",
  beforeLoad: async ({ params }) => {
    const { projectId } = await api.call("GET /v1/environments/{environment}", {
      path: { environment: params.environmentId },
    });
    throw redirect({
      to: "/projects/$projectId/environments/$environmentId",
      params: { ...params, projectId },
      replace: true,
    });
  },
});

export const router = createRouter({
  routeTree: root.addChildren([
    ...publicRoutes,
    app.addChildren([
      home,
      account,
      device,
      sso,
      ssoConnection,
      fleets,
      ...configRoutes,
      agents,
      addAgent,
      agent,
      drift,
      agentTerminal,
      agentLogs,
      fleetLogs,
      telemetry,
      fleetMetrics,
      rollouts,
      rollout,
      deploy,
      revert,
      release,
      environments,
      environment,
      variables,
      secrets,
      events,
      organizations,
      organization,
      members,
      member,
      teams,
      team,
      roles,
      newRole,
      role,
      serviceAccounts,
      serviceAccount,
      audit,
      execSessions,
      execSession,
      quotas,
      usage,
      apiKeys,
      settings,
      shortAgent,
      shortRollout,
      shortRelease,
      shortEnvironment,
    ]),
  ]),
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFound,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
