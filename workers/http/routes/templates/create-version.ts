import { z } from "zod";
import { createdTemplateVersion, createTemplateVersionBody } from "../../../../protocol/api/templates.ts";
import { createVersion } from "../../../services/templates/create-version.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createTemplateVersionRoute = route({
  method: "post",
  path: "/v1/templates/{template}/versions",
  operationId: "createTemplateVersion",
  tag: "Templates",
  summary: "Save a new version of a template; configs made from it stay as they are",
  access: "config.write",
  params: z.object({ template: idParam("template") }),
  body: createTemplateVersionBody,
  answer: createdTemplateVersion,
  status: 201,
  refusals: ["conflict", "quota_exceeded"],
  handle: ({ ctx, params, body }) => createVersion({ ctx, input: { ...body, ...params } }),
});
