import { z } from "zod";
import { dryRunQuery } from "../../../../protocol/api/shared.ts";
import {
  templateMerge,
  updatedFromTemplate,
  updateFromTemplateBody,
} from "../../../../protocol/api/templates.ts";
import { previewUpdate, updateFrom } from "../../../services/templates/merge.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateConfigFromTemplateRoute = route({
  method: "post",
  path: "/v1/configs/{config}/template-update",
  operationId: "updateConfigFromTemplate",
  tag: "Templates",
  summary: "Take another version of its template, or other values, into a config",
  description:
    "Merges three ways: what the template changed since goes into the config as it is now. Where both changed the same " +
    "lines, 409: ask with `?dryRun=true` for the conflicts, and send the resolved text as `content`.",
  access: "config.write",
  params: z.object({ config: idParam("config") }),
  query: dryRunQuery,
  body: updateFromTemplateBody,
  bodyOptional: true,
  answer: updatedFromTemplate,
  status: 201,
  otherAnswers: { 200: templateMerge },
  refusals: ["conflict", "quota_exceeded"],
  handle: ({ ctx, params, query, body, http }) => {
    const input = { ...body, ...params };
    if (!query.dryRun) return updateFrom({ ctx, input });
    http.setStatus(200);
    return previewUpdate({ ctx, input });
  },
});
