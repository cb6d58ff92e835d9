import { z } from "zod";
import { secretsKeyChange } from "../../../../protocol/api/secrets.ts";
import { rotate } from "../../../services/secrets-key/keys.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const rotateSecretsKeyRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/secrets-key/rotate",
  operationId: "rotateSecretsKey",
  tag: "Secrets",
  summary: "Begin a new data key",
  description: "New versions are sealed by it at once; older ones are sealed anew by a job. No hash changes.",
  access: "secret.write",
  params: z.object({ org: idParam("organization") }),
  answer: secretsKeyChange,
  handle: ({ ctx, params }) => rotate({ ctx, input: params }),
});
