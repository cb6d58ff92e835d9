import { z } from "zod";
import { createProjectBody, project } from "../../../../protocol/api/projects.ts";
import { create } from "../../../services/projects/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createProjectRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/projects",
  operationId: "createProject",
  tag: "Projects",
  summary: "Create a project with the environment `production`",
  access: "project.write",
  params: z.object({ org: idParam("organization") }),
  body: createProjectBody,
  answer: project,
  status: 201,
  refusals: ["already_exists", "quota_exceeded"],
  handle: ({ ctx, params, body }) => create({ ctx, input: { ...body, ...params } }),
});
