import type { Route } from "../route.ts";
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
import { getFleetComponentsRoute } from "./components/fleet.ts";
import { acceptDriftRoute } from "./drift/accept.ts";
import { getAgentDriftRoute } from "./drift/agent.ts";
import { getConfigDriftRoute } from "./drift/config.ts";
import { getFleetDriftRoute } from "./drift/fleet.ts";
import { reapplyDriftRoute } from "./drift/reapply.ts";
import { createEnrollmentTokenRoute } from "./enrollment-tokens/create.ts";
import { listEnrollmentTokensRoute } from "./enrollment-tokens/list.ts";
import { revokeEnrollmentTokenRoute } from "./enrollment-tokens/revoke.ts";
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
import { createFleetRoute } from "./fleets/create.ts";
import { followFleetRoute } from "./fleets/follow.ts";
import { getFleetRoute } from "./fleets/get.ts";
import { listFleetsRoute } from "./fleets/list.ts";
import { updateFleetRoute } from "./fleets/update.ts";
import { getLogShippingRoute } from "./logs/get-shipping.ts";
import { readKeptLogsRoute } from "./logs/read.ts";
import { setLogShippingRoute } from "./logs/set-shipping.ts";
import { tailLogsRoute } from "./logs/tail.ts";
import { getAgentMetricsRoute } from "./metrics/agent.ts";
import { getFleetMetricsRoute } from "./metrics/fleet.ts";
import { getMetricsCollectionRoute } from "./metrics/get-collection.ts";
import { setMetricsCollectionRoute } from "./metrics/set-collection.ts";
import { getOwnTelemetryRoute } from "./own-telemetry/get.ts";
import { setOwnTelemetryRoute } from "./own-telemetry/set.ts";
import { cancelRestartRoute } from "./restarts/cancel.ts";
import { getRestartRoute } from "./restarts/get.ts";
import { listRestartsRoute } from "./restarts/list.ts";

/** Fleets, their agents, and what people do with them. */
export const fleetRoutes: readonly Route[] = [
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
  listAgentVariablesRoute,
  listFleetEventsRoute,
  followFleetRoute,
  listOrganizationEventsRoute,
];
