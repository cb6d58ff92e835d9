import { z } from "zod";
import { secretsKey } from "../../../../protocol/api/secrets.ts";
import { get } from "../../../services/secrets-key/keys.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getSecretsKeyRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/secrets-key",
  operationId: "getSecretsKey",
  tag: "Secrets",
  summary: "An organization's data keys, and which master key wraps them",

  access: "secret.read",
  params: z.object({ org: idParam("organization") }),
  answer: secretsKey,
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
