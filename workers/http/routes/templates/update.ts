import { z } from "zod";
import { templateChange, updateTemplateBody } from "../../../../protocol/api/templates.ts";
import { update } from "../../../services/templates/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateTemplateRoute = route({
  method: "patch",
  path: "/v1/templates/{template}",
  operationId: "updateTemplate",
  tag: "Templates",
  summary: "Change a template's title and description",
  access: "config.write",
  params: z.object({ template: idParam("template") }),
  body: updateTemplateBody,
  answer: templateChange,
  handle: ({ ctx, params, body }) => update({ ctx, input: { ...body, ...params } }),
});
