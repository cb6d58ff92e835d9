import { z } from "zod";
import { apiKeyChange } from "../../../../protocol/api/api-keys.ts";
import { revoke } from "../../../services/api-keys/revoke.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const revokeApiKeyRoute = route({
  method: "post",
  path: "/v1/api-keys/{key}/revoke",
  operationId: "revokeApiKey",
  tag: "API keys",
  summary: "Revoke an API key",
  description: "Servers that used the key in the last 10 seconds may go on trusting it for so long.",
  access: "api_key.write",
  params: z.object({ key: idParam("apiKey") }),
  answer: apiKeyChange,
  handle: ({ ctx, params }) => revoke({ ctx, input: params }),
});
