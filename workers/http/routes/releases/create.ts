import { z } from "zod";
import { createReleaseBody, release } from "../../../../protocol/api/rollouts.ts";
import { create } from "../../../services/releases/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";
import { assignmentInputs } from "./assignments.ts";

export const createReleaseRoute = route({
  method: "post",
  path: "/v1/fleets/{fleet}/releases",
  operationId: "createRelease",
  tag: "Releases",
  summary: "Freeze which config versions go to which agents; no agent is touched yet",
  access: "rollout.write",
  params: z.object({ fleet: idParam("fleet") }),
  body: createReleaseBody,
  answer: release,
  status: 201,
  refusals: ["config_invalid", "plan_impossible", "unavailable"],
  handle: ({ ctx, params, body }) =>
    create({ ctx, input: { ...params, ...body, assignments: assignmentInputs(body.assignments) } }),
});
