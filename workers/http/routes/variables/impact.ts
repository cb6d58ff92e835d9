import { z } from "zod";
import { inputImpact } from "../../../../protocol/api/variables.ts";
import { impact } from "../../../services/variables/impact.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getVariableImpactRoute = route({
  method: "get",
  path: "/v1/variables/{variable}/impact",
  operationId: "getVariableImpact",
  tag: "Variables",
  summary: "Which agents would change if the variable, as it is set now, were rolled out",
  description:
    "Of each fleet of the environment whose current release names it, by the fleet's own preview: the same assignments, with today's rows of this name.",
  access: "variable.read",
  params: z.object({ variable: idParam("variable") }),
  answer: inputImpact,
  handle: ({ ctx, params }) => impact({ ctx, input: params }),
});
