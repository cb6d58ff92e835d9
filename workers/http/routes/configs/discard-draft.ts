import { z } from "zod";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { discardDraft } from "../../../services/configs/draft.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const discardConfigDraftRoute = route({
  method: "delete",
  path: "/v1/configs/{config}/draft",
  operationId: "discardConfigDraft",
  tag: "Configs",
  summary: "Throw the draft away",
  access: "config.write",
  params: z.object({ config: idParam("config") }),
  answer: receiptAnswer,
  refusals: ["conflict"],
  handle: ({ ctx, params, http }) =>
    discardDraft({ ctx, input: { ...params, ifMatch: http.header("if-match") } }),
});
