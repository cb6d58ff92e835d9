import { z } from "zod";
import { createApiKeyBody, createdApiKey } from "../../../../protocol/api/api-keys.ts";
import { create } from "../../../services/api-keys/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createApiKeyRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/api-keys",
  operationId: "createApiKey",
  tag: "API keys",
  summary: "Create an API key; the secret is in this answer only",
  access: "api_key.write",
  params: z.object({ org: idParam("organization") }),
  body: createApiKeyBody,
  answer: createdApiKey,
  status: 201,
  refusals: ["quota_exceeded"],
  handle: ({ ctx, params, body }) => create({ ctx, input: { ...body, ...params } }),
});
