import { z } from "zod";
import { template } from "../../../../protocol/api/templates.ts";
import { get } from "../../../services/templates/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getTemplateRoute = route({
  method: "get",
  path: "/v1/templates/{template}",
  operationId: "getTemplate",
  tag: "Templates",
  summary: "A template of a project",
  access: "config.read",
  params: z.object({ template: idParam("template") }),
  answer: template,
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
