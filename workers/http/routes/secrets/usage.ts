import { z } from "zod";
import { secretUsage } from "../../../../protocol/api/secrets.ts";
import { usage } from "../../../services/secrets/usage.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getSecretUsageRoute = route({
  method: "get",
  path: "/v1/secrets/{secret}/usage",
  operationId: "getSecretUsage",
  tag: "Secrets",
  summary: "Who names a secret, and which agents hold which version",

  access: "secret.read",
  params: z.object({ secret: idParam("secret") }),
  answer: secretUsage,
  handle: ({ ctx, params }) => usage({ ctx, input: params }),
});
