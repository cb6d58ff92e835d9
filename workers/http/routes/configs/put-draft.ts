import { z } from "zod";
import { configDraft, putConfigDraftBody } from "../../../../protocol/api/config-versions.ts";
import { putDraft } from "../../../services/configs/draft.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const putConfigDraftRoute = route({
  method: "put",
  path: "/v1/configs/{config}/draft",
  operationId: "putConfigDraft",
  tag: "Configs",
  summary: "Save the draft of a config's next version",
  description:
    "Without `If-Match` it begins a draft, and is refused with 409 where one is. With it, it saves over the draft that has that ETag (`*` = whatever is there), and is refused with 409 and who saved it when there is a newer one. Errors in the text are kept and told.",
  access: "config.write",
  params: z.object({ config: idParam("config") }),
  body: putConfigDraftBody,
  answer: configDraft,
  refusals: ["conflict"],
  handle: async ({ ctx, params, body, http }) => {
    const { draft, etag } = await putDraft({
      ctx,
      input: { ...params, ...body, ifMatch: http.header("if-match") },
    });
    http.setHeader("etag", etag);
    return draft;
  },
});
