import { z } from "zod";
import { project } from "../../../../protocol/api/projects.ts";
import { get } from "../../../services/projects/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getProjectRoute = route({
  method: "get",
  path: "/v1/projects/{project}",
  operationId: "getProject",
  tag: "Projects",
  summary: "One project",
  access: "project.read",
  params: z.object({ project: idParam("project") }),
  answer: project,
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
