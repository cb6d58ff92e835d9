import { z } from "zod";
import { publishConfigDraftBody } from "../../../../protocol/api/config-versions.ts";
import { configVersionDetail } from "../../../../protocol/api/configs.ts";
import { publishDraft } from "../../../services/configs/draft.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const publishConfigDraftRoute = route({
  method: "post",
  path: "/v1/configs/{config}/draft/publish",
  operationId: "publishConfigDraft",
  tag: "Configs",
  summary: "Make the draft the next version",
  description:
    "Refused with 409 when a version was saved since the draft was begun: compare, then save the draft with the new `baseVersion`.",
  access: "config.write",
  params: z.object({ config: idParam("config") }),
  body: publishConfigDraftBody,
  bodyOptional: true,
  answer: configVersionDetail,
  status: 201,
  refusals: ["conflict", "quota_exceeded"],
  handle: ({ ctx, params, body, http }) =>
    publishDraft({ ctx, input: { ...params, ...body, ifMatch: http.header("if-match") } }),
});
