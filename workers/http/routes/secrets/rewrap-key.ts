import { z } from "zod";
import { secretsKeyChange } from "../../../../protocol/api/secrets.ts";
import { rewrap } from "../../../services/secrets-key/keys.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const rewrapSecretsKeyRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/secrets-key/rewrap",
  operationId: "rewrapSecretsKey",
  tag: "Secrets",
  summary: "Wrap the data keys by the master key that is current",
  description:
    "After a change of the master key; a job does it too, every five minutes. No value is touched and no hash changes.",
  access: "secret.write",
  params: z.object({ org: idParam("organization") }),
  answer: secretsKeyChange,
  handle: ({ ctx, params }) => rewrap({ ctx, input: params }),
});
