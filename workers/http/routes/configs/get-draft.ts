import { z } from "zod";
import { configDraft } from "../../../../protocol/api/config-versions.ts";
import { getDraft } from "../../../services/configs/draft.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getConfigDraftRoute = route({
  method: "get",
  path: "/v1/configs/{config}/draft",
  operationId: "getConfigDraft",
  tag: "Configs",
  summary: "The draft of a config's next version",
  description:
    "One draft, shared by all who may read the config; 404 when there is none. Its ETag is what `If-Match` of the next save holds.",
  access: "config.read",
  params: z.object({ config: idParam("config") }),
  answer: configDraft,
  handle: async ({ ctx, params, http }) => {
    const { draft, etag } = await getDraft({ ctx, input: params });
    http.setHeader("etag", etag);
    return draft;
  },
});
