import { z } from "zod";
import { dryRunQuery } from "../../../../protocol/api/shared.ts";
import {
  filledTemplate,
  instantiatedTemplate,
  instantiateTemplateBody,
} from "../../../../protocol/api/templates.ts";
import { instantiate, preview } from "../../../services/templates/instantiate.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const instantiateTemplateRoute = route({
  method: "post",
  path: "/v1/projects/{project}/configs/from-template",
  operationId: "instantiateTemplate",
  tag: "Templates",
  summary: "Make a config from a template",
  description: "`?dryRun=true` answers the text that it would have, and writes nothing.",
  access: "config.write",
  params: z.object({ project: idParam("project") }),
  query: dryRunQuery,
  body: instantiateTemplateBody,
  answer: instantiatedTemplate,
  status: 201,
  otherAnswers: { 200: filledTemplate },
  refusals: ["already_exists", "quota_exceeded"],
  handle: ({ ctx, params, query, body, http }) => {
    const input = { ...body, ...params };
    if (!query.dryRun) return instantiate({ ctx, input });
    http.setStatus(200);
    return preview({ ctx, input });
  },
});
