import { z } from "zod";
import { apiKey } from "../../../../protocol/api/api-keys.ts";
import { get } from "../../../services/api-keys/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getApiKeyRoute = route({
  method: "get",
  path: "/v1/api-keys/{key}",
  operationId: "getApiKey",
  tag: "API keys",
  summary: "An API key, without its secret",
  access: "api_key.read",
  params: z.object({ key: idParam("apiKey") }),
  answer: apiKey,
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
