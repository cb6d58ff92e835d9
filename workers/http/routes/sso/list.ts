import { z } from "zod";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { ssoConnection } from "../../../../protocol/api/sso.ts";
import { list } from "../../../services/sso/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listSsoConnectionsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/sso-connections",
  operationId: "listSsoConnections",
  tag: "Single sign-on",
  summary: "The identity providers that people sign in by, with their domains",
  access: "sso.read",
  params: z.object({ org: idParam("organization") }),
  query: pageQuery,
  answer: page(ssoConnection),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
