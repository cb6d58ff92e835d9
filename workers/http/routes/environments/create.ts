import { z } from "zod";
import { createEnvironmentBody, environment } from "../../../../protocol/api/projects.ts";
import { create } from "../../../services/environments/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createEnvironmentRoute = route({
  method: "post",
  path: "/v1/projects/{project}/environments",
  operationId: "createEnvironment",
  tag: "Environments",
  summary: "Create an environment",
  access: "environment.write",
  params: z.object({ project: idParam("project") }),
  body: createEnvironmentBody,
  answer: environment,
  status: 201,
  refusals: ["already_exists", "quota_exceeded"],
  handle: ({ ctx, params, body }) => create({ ctx, input: { ...body, ...params } }),
});
