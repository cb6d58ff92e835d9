import { z } from "zod";
import { secret } from "../../../../protocol/api/secrets.ts";
import { get } from "../../../services/secrets/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getSecretRoute = route({
  method: "get",
  path: "/v1/secrets/{secret}",
  operationId: "getSecret",
  tag: "Secrets",
  summary: "A secret, never its value",

  access: "secret.read",
  params: z.object({ secret: idParam("secret") }),
  answer: secret,
  handle: async ({ ctx, params, http }) => {
    const found = await get({ ctx, input: params });
    http.setHeader("etag", found.etag);
    return found.secret;
  },
});
