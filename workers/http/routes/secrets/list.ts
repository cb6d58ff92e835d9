import { z } from "zod";
import { secret, secretsQuery } from "../../../../protocol/api/secrets.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/secrets/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listSecretsRoute = route({
  method: "get",
  path: "/v1/environments/{environment}/secrets",
  operationId: "listSecrets",
  tag: "Secrets",
  summary: "Secrets of an environment, by name, never their values",
  description:
    "A name may have several. For each agent the most special one counts: `fleet_labels`, then `labels`, `fleet`, `environment`. Configs name it as `${secret:NAME}`.",
  access: "secret.read",
  params: z.object({ environment: idParam("environment") }),
  query: secretsQuery.extend({ fleet: idParam("fleet").optional() }),
  answer: page(secret),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...query, ...params } }),
});
