import { ssoConnection } from "../../../../protocol/api/sso.ts";
import { get } from "../../../services/sso/get.ts";
import { route } from "../../route.ts";
import { connectionParams } from "./params.ts";

export const getSsoConnectionRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/sso-connections/{connection}",
  operationId: "getSsoConnection",
  tag: "Single sign-on",
  summary: "One connection; its client secret is never shown",
  access: "sso.read",
  params: connectionParams,
  answer: ssoConnection,
  handle: async ({ ctx, params, http }) => {
    const { connection, etag } = await get({ ctx, input: params });
    http.setHeader("etag", etag);
    return connection;
  },
});
