import { z } from "zod";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { remove } from "../../../services/variables/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const deleteVariableRoute = route({
  method: "delete",
  path: "/v1/variables/{variable}",
  operationId: "deleteVariable",
  tag: "Variables",
  summary: "Delete a variable's row; releases that have it keep it",
  description:
    "Rows of the same name for other places stay. With `If-Match`, refused with 409 when somebody changed it meanwhile.",
  access: "variable.write",
  params: z.object({ variable: idParam("variable") }),
  answer: receiptAnswer,
  refusals: ["conflict"],
  handle: ({ ctx, params, http }) => remove({ ctx, input: { ...params, ifMatch: http.header("if-match") } }),
});
