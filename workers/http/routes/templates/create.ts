import { z } from "zod";
import { createdTemplate, createTemplateBody } from "../../../../protocol/api/templates.ts";
import { create } from "../../../services/templates/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createTemplateRoute = route({
  method: "post",
  path: "/v1/projects/{project}/templates",
  operationId: "createTemplate",
  tag: "Templates",
  summary: "Share a template in a project, with its first version",
  description:
    "`${param:NAME}` in the content is replaced when a config is made from it, written as its place asks for; " +
    "`$${param:` stands for the text itself.",
  access: "config.write",
  params: z.object({ project: idParam("project") }),
  body: createTemplateBody,
  answer: createdTemplate,
  status: 201,
  refusals: ["already_exists", "quota_exceeded"],
  handle: ({ ctx, params, body }) => create({ ctx, input: { ...body, ...params } }),
});
