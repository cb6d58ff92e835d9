import type { Route } from "../route.ts";
import { createReleaseRoute } from "./releases/create.ts";
import { getReleaseRoute } from "./releases/get.ts";
import { listReleasesRoute } from "./releases/list.ts";
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

/** Releases, and the rollouts that bring them to agents. */
export const rolloutRoutes: readonly Route[] = [
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
];
