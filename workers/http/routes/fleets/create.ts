import { z } from "zod";
import type { EnvironmentId } from "../../../../domain/ids.ts";
import { createFleetBody, fleet } from "../../../../protocol/api/fleets.ts";
import { create } from "../../../services/fleets/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createFleetRoute = route({
  method: "post",
  path: "/v1/projects/{project}/fleets",
  operationId: "createFleet",
  tag: "Fleets",
  summary: "Create a fleet",
  access: "fleet.write",
  params: z.object({ project: idParam("project") }),
  body: createFleetBody,
  answer: fleet,
  status: 201,
  refusals: ["already_exists", "quota_exceeded"],
  handle: ({ ctx, params, body }) => {
    // The body's schema has checked that it is an environment's id.
    const environmentId = body.environmentId as EnvironmentId | undefined;
    return create({ ctx, input: { ...body, environmentId, ...params } });
  },
});
