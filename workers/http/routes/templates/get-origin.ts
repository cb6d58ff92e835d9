import { z } from "zod";
import { configTemplate } from "../../../../protocol/api/templates.ts";
import { getOrigin } from "../../../services/templates/merge.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getConfigTemplateRoute = route({
  method: "get",
  path: "/v1/configs/{config}/template",
  operationId: "getConfigTemplate",
  tag: "Templates",
  summary: "Which template a config was made from, and whether there is a newer version of it",
  access: "config.read",
  params: z.object({ config: idParam("config") }),
  answer: configTemplate,
  handle: ({ ctx, params }) => getOrigin({ ctx, input: params }),
});
