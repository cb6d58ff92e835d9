import { z } from "zod";
import { environment } from "../../../../protocol/api/projects.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/environments/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listEnvironmentsRoute = route({
  method: "get",
  path: "/v1/projects/{project}/environments",
  operationId: "listEnvironments",
  tag: "Environments",
  summary: "Environments of a project, oldest first",
  access: "environment.read",
  params: z.object({ project: idParam("project") }),
  query: pageQuery,
  answer: page(environment),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
