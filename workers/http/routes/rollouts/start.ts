import { z } from "zod";
import type { ReleaseId } from "../../../../domain/ids.ts";
import { rolloutPreview, startedRollout, startRolloutBody } from "../../../../protocol/api/rollouts.ts";
import { dryRunQuery } from "../../../../protocol/api/shared.ts";
import { previewStart, start } from "../../../services/rollouts/start.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";
import { assignmentInputs } from "../releases/assignments.ts";

export const startRolloutRoute = route({
  method: "post",
  path: "/v1/fleets/{fleet}/rollouts",
  operationId: "startRollout",
  tag: "Rollouts",
  summary: "Move the fleet's agents to a release",
  description:
    "Names a release, or brings the assignments and so makes one; with `keepOthers` it also holds what the current release gives besides. A release that matches none of the fleet's agents is refused, unless the fleet has no agents. `?dryRun=true` answers the plan with a `planToken`; starting with that token is refused with 409 when the plan would now differ. One rollout at a time per fleet.",
  access: "rollout.write",
  params: z.object({ fleet: idParam("fleet") }),
  query: dryRunQuery,
  body: startRolloutBody,
  answer: z.union([startedRollout, rolloutPreview]),
  status: 201,
  refusals: ["config_invalid", "plan_impossible", "plan_outdated", "rollout_active", "unavailable"],
  handle: ({ ctx, params, query, body, http }) => {
    const { strategy, gates, autoRevert, message, planToken } = body;
    const what =
      "release" in body
        ? // The body's schema has checked that it is a release's id.
          { release: body.release as ReleaseId }
        : { assignments: assignmentInputs(body.assignments), keepOthers: body.keepOthers };
    const input = { ...params, what, strategy, gates, autoRevert, message, planToken };
    if (!query.dryRun) return start({ ctx, input });
    http.setStatus(200);
    return previewStart({ ctx, input });
  },
});
