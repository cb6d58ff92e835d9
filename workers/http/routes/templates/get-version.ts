import { z } from "zod";
import { templateVersionDetail } from "../../../../protocol/api/templates.ts";
import { getVersion } from "../../../services/templates/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getTemplateVersionRoute = route({
  method: "get",
  path: "/v1/templates/{template}/versions/{number}",
  operationId: "getTemplateVersion",
  tag: "Templates",
  summary: "One version of a template, with its content and parameters",
  access: "config.read",
  params: z.object({ template: idParam("template"), number: z.coerce.number().int().min(1) }),
  answer: templateVersionDetail,
  handle: ({ ctx, params }) => getVersion({ ctx, input: params }),
});
