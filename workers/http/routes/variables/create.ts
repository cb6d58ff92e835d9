import { z } from "zod";
import type { FleetId } from "../../../../domain/ids.ts";
import { dryRunQuery } from "../../../../protocol/api/shared.ts";
import { createVariableBody, inputImpact, variableChange } from "../../../../protocol/api/variables.ts";
import { create, previewCreate } from "../../../services/variables/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createVariableRoute = route({
  method: "post",
  path: "/v1/environments/{environment}/variables",
  operationId: "createVariable",
  tag: "Variables",
  summary: "Set a variable, for the environment, a fleet, or agents by their labels",
  description:
    "It changes no agent by itself: a release takes it when it is made. `?dryRun=true` answers which agents would change if it were rolled out now, in place of a row that is there for the same place, and writes nothing.",
  access: "variable.write",
  params: z.object({ environment: idParam("environment") }),
  query: dryRunQuery,
  body: createVariableBody,
  answer: variableChange,
  status: 201,
  otherAnswers: { 200: inputImpact },
  refusals: ["already_exists", "quota_exceeded"],
  handle: ({ ctx, params, query, body, http }) => {
    // The body's schema has checked that it is a fleet's id.
    const input = { ...body, ...params, fleet: body.fleet as FleetId | null };
    if (!query.dryRun) return create({ ctx, input });
    http.setStatus(200);
    return previewCreate({ ctx, input });
  },
});
