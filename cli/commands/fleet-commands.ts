import { type GroupSpec, group } from "../spec.ts";
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
import { acceptDrift, reapplyDrift, setDriftPolicy } from "./drift/act.ts";
import { listDrift, showConfigDrift, showDrift } from "./drift/look.ts";
import { listHistory } from "./events/history.ts";
import { listEvents } from "./events/list.ts";
import { readLogs } from "./logs/read.ts";
import { setShipping, showShipping } from "./logs/shipping.ts";
import { setCollection, showCollection } from "./metrics/collection.ts";
import { showMetrics } from "./metrics/show.ts";
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
import { clearTelemetry, getTelemetry, setTelemetry } from "./telemetry/commands.ts";

/** Rollouts, agents, and what agents tell. */
export const fleetCommands: GroupSpec[] = [
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
];
