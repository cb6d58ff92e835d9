import { z } from "zod";
import { updateVariableBody, variableChange } from "../../../../protocol/api/variables.ts";
import { update } from "../../../services/variables/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateVariableRoute = route({
  method: "patch",
  path: "/v1/variables/{variable}",
  operationId: "updateVariable",
  tag: "Variables",
  summary: "Change a variable's value, type or description",
  description:
    "It changes no agent by itself: a release takes it when it is made. With `If-Match`, refused with 409 and what it is now when somebody changed it meanwhile.",
  access: "variable.write",
  params: z.object({ variable: idParam("variable") }),
  body: updateVariableBody,
  answer: variableChange,
  refusals: ["conflict"],
  handle: async ({ ctx, params, body, http }) => {
    const ifMatch = http.header("if-match");
    const { change, etag } = await update({ ctx, input: { ...params, body, ifMatch } });
    http.setHeader("etag", etag);
    return change;
  },
});
