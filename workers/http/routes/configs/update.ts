import { z } from "zod";
import { configChange, updateConfigBody } from "../../../../protocol/api/configs.ts";
import { update } from "../../../services/configs/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateConfigRoute = route({
  method: "patch",
  path: "/v1/configs/{config}",
  operationId: "updateConfig",
  tag: "Configs",
  summary: "Change a config's labels",
  description:
    "`labels` are replaced whole. With `If-Match`, refused with 409 and what they are now when somebody changed them meanwhile.",
  access: "config.write",
  params: z.object({ config: idParam("config") }),
  body: updateConfigBody,
  answer: configChange,
  refusals: ["conflict"],
  handle: async ({ ctx, params, body, http }) => {
    const { change, etag } = await update({
      ctx,
      input: { ...params, ...body, ifMatch: http.header("if-match") },
    });
    http.setHeader("etag", etag);
    return change;
  },
});
