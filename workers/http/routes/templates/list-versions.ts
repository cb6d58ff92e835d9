import { z } from "zod";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { templateVersion } from "../../../../protocol/api/templates.ts";
import { listVersions } from "../../../services/templates/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listTemplateVersionsRoute = route({
  method: "get",
  path: "/v1/templates/{template}/versions",
  operationId: "listTemplateVersions",
  tag: "Templates",
  summary: "Versions of a template, newest first",
  access: "config.read",
  params: z.object({ template: idParam("template") }),
  query: pageQuery,
  answer: page(templateVersion),
  handle: ({ ctx, params, query }) => listVersions({ ctx, input: { ...params, ...query } }),
});
