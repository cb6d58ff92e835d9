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
    "Names a release, or brings the assignments and packages and so makes one; with `keepOthers` it also holds what the current release gives besides. A release that matches none of the fleet's agents is refused, unless the fleet has no agents. `?dryRun=true` answers the plan, what changes for each agent, when it would start, and a `planToken`; starting with that token is refused with 409 when the plan or the terms would now differ. One rollout is active at a time per fleet: `onActive` says whether another one is refused, queued, or put in its place. A rollout that must be approved, or that starts later, is pending; the plan is made anew when it starts.",
  access: "rollout.write",
  params: z.object({ fleet: idParam("fleet") }),
  query: dryRunQuery,
  body: startRolloutBody,
  answer: startedRollout,
  status: 201,
  otherAnswers: { 200: rolloutPreview },
  refusals: [
    "config_invalid",
    "conflict",
    "plan_impossible",
    "plan_outdated",
    "rollout_active",
    "unavailable",
  ],
  handle: ({ ctx, params, query, body, http }) => {
    const input = "release" in body ? ofRelease(body) : ofContents(body);
    if (!query.dryRun) return start({ ctx, input: { ...params, ...input } });
    http.setStatus(200);
    return previewStart({ ctx, input: { ...params, ...input } });
  },
});

type Body = z.output<typeof startRolloutBody>;

/** The body's schema has checked that it is a release's id. */
const ofRelease = ({ release, ...terms }: Extract<Body, { release: string }>) => ({
  what: { release: release as ReleaseId },
  terms,
});

const ofContents = ({
  assignments,
  packages,
  keepOthers,
  refreshInputs,
  ...terms
}: Exclude<Body, { release: string }>) => ({
  what: { assignments: assignmentInputs(assignments), packages, keepOthers, refreshInputs },
  terms,
});
