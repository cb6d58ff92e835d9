import { z } from "zod";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { template } from "../../../../protocol/api/templates.ts";
import { list } from "../../../services/templates/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listTemplatesRoute = route({
  method: "get",
  path: "/v1/projects/{project}/templates",
  operationId: "listTemplates",
  tag: "Templates",
  summary: "Templates of a project, oldest first",
  access: "config.read",
  params: z.object({ project: idParam("project") }),
  query: pageQuery,
  answer: page(template),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
