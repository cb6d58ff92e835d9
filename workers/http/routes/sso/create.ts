import { z } from "zod";
import { createSsoConnectionBody, ssoConnection } from "../../../../protocol/api/sso.ts";
import { create } from "../../../services/sso/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createSsoConnectionRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/sso-connections",
  operationId: "createSsoConnection",
  tag: "Single sign-on",
  summary: "Set up an OpenID Connect provider",
  description:
    "Nobody can sign in by it before it is enabled and a domain is verified for it. Roles that groups give may be no more than the caller's own.",
  access: "sso.write",
  peopleOnly: true,
  params: z.object({ org: idParam("organization") }),
  body: createSsoConnectionBody,
  answer: ssoConnection,
  status: 201,
  refusals: ["reauthentication_required"],
  handle: async ({ ctx, params, body, http }) => {
    const { connection, etag } = await create({ ctx, input: { ...params, ...body } });
    http.setHeader("etag", etag);
    return connection;
  },
});
