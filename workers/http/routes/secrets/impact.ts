import { z } from "zod";
import { inputImpact } from "../../../../protocol/api/variables.ts";
import { impact } from "../../../services/secrets/impact.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getSecretImpactRoute = route({
  method: "get",
  path: "/v1/secrets/{secret}/impact",
  operationId: "getSecretImpact",
  tag: "Secrets",
  summary: "Which agents would change if the secret, as it is now, were rolled out",
  description: "Of each fleet of the environment whose current release names it, by the fleet's own preview.",
  access: "secret.read",
  params: z.object({ secret: idParam("secret") }),
  answer: inputImpact,
  handle: ({ ctx, params }) => impact({ ctx, input: params }),
});
