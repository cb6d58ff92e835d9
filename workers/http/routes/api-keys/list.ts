import { z } from "zod";
import { apiKey, listApiKeysQuery } from "../../../../protocol/api/api-keys.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/api-keys/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listApiKeysRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/api-keys",
  operationId: "listApiKeys",
  tag: "API keys",
  summary: "API keys of an organization, oldest first",
  access: "api_key.read",
  params: z.object({ org: idParam("organization") }),
  query: listApiKeysQuery,
  answer: page(apiKey),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
