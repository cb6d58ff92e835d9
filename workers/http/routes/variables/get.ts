import { z } from "zod";
import { variable } from "../../../../protocol/api/variables.ts";
import { get } from "../../../services/variables/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getVariableRoute = route({
  method: "get",
  path: "/v1/variables/{variable}",
  operationId: "getVariable",
  tag: "Variables",
  summary: "A variable",
  access: "variable.read",
  params: z.object({ variable: idParam("variable") }),
  answer: variable,
  handle: async ({ ctx, params, http }) => {
    const { variable: found, etag } = await get({ ctx, input: params });
    http.setHeader("etag", etag);
    return found;
  },
});
