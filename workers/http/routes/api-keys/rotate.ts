import { z } from "zod";
import { createdApiKey, rotateApiKeyBody } from "../../../../protocol/api/api-keys.ts";
import { rotate } from "../../../services/api-keys/rotate.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const rotateApiKeyRoute = route({
  method: "post",
  path: "/v1/api-keys/{key}/rotate",
  operationId: "rotateApiKey",
  tag: "API keys",
  summary: "Make a new key like this one, which goes on for the overlap",
  description:
    "The new secret is in this answer only. A person's key is rotated by that person alone; a key of a service account by who may do all that it may.",
  access: "api_key.write",
  params: z.object({ key: idParam("apiKey") }),
  body: rotateApiKeyBody,
  bodyOptional: true,
  answer: createdApiKey,
  status: 201,
  refusals: ["conflict", "quota_exceeded"],
  handle: ({ ctx, params, body }) => rotate({ ctx, input: { ...body, ...params } }),
});
