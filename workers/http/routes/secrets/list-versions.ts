import { z } from "zod";
import { secretVersion } from "../../../../protocol/api/secrets.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { listVersions } from "../../../services/secrets/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listSecretVersionsRoute = route({
  method: "get",
  path: "/v1/secrets/{secret}/versions",
  operationId: "listSecretVersions",
  tag: "Secrets",
  summary: "Versions of a secret, newest first, never their values",

  access: "secret.read",
  params: z.object({ secret: idParam("secret") }),
  query: pageQuery,
  answer: page(secretVersion),
  handle: ({ ctx, params, query }) => listVersions({ ctx, input: { ...query, ...params } }),
});
