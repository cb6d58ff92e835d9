import { z } from "zod";
import { page } from "../../../../protocol/api/shared.ts";
import { listVariablesQuery, variable } from "../../../../protocol/api/variables.ts";
import { list } from "../../../services/variables/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listVariablesRoute = route({
  method: "get",
  path: "/v1/environments/{environment}/variables",
  operationId: "listVariables",
  tag: "Variables",
  summary: "Variables of an environment, by name",
  description:
    "A name may have several rows. For each agent the most special one counts: `fleet_labels`, then `labels`, `fleet`, `environment`. Configs name it as `${var:NAME}`, or with a default as `${var:NAME:-text}`.",
  access: "variable.read",
  params: z.object({ environment: idParam("environment") }),
  query: listVariablesQuery.extend({ fleet: idParam("fleet").optional() }),
  answer: page(variable),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...query, ...params } }),
});
