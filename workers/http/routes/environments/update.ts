import { z } from "zod";
import { environmentChange, updateEnvironmentBody } from "../../../../protocol/api/projects.ts";
import { update } from "../../../services/environments/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateEnvironmentRoute = route({
  method: "patch",
  path: "/v1/environments/{environment}",
  operationId: "updateEnvironment",
  tag: "Environments",
  summary: "Rename, protect, or set the windows and freezes of an environment",
  description:
    "Windows and freezes count at once, for rollouts under way too; protection counts for rollouts asked for from now on. `windows` and `freezes` are replaced whole. With `If-Match`, refused with 409 and what it is now when somebody changed it meanwhile.",
  access: "environment.write",
  params: z.object({ environment: idParam("environment") }),
  body: updateEnvironmentBody,
  answer: environmentChange,
  refusals: ["conflict"],
  handle: async ({ ctx, params, body, http }) => {
    const ifMatch = http.header("if-match");
    const { change, etag } = await update({ ctx, input: { ...params, body, ifMatch } });
    http.setHeader("etag", etag);
    return change;
  },
});
