import { ssoConnection, updateSsoConnectionBody } from "../../../../protocol/api/sso.ts";
import { update } from "../../../services/sso/update.ts";
import { route } from "../../route.ts";
import { connectionParams } from "./params.ts";

export const updateSsoConnectionRoute = route({
  method: "patch",
  path: "/v1/orgs/{org}/sso-connections/{connection}",
  operationId: "updateSsoConnection",
  tag: "Single sign-on",
  summary: "Change a connection, or switch it on or off",
  description:
    "The issuer cannot be changed: make another connection and verify the domains for it. `groupRoles` are replaced whole and count from the next sign-in of each person. Switched off, the sessions by it end. With `If-Match`, refused with 409 when somebody changed it meanwhile.",
  access: "sso.write",
  peopleOnly: true,
  params: connectionParams,
  body: updateSsoConnectionBody,
  answer: ssoConnection,
  refusals: ["conflict", "reauthentication_required"],
  handle: async ({ ctx, params, body, http }) => {
    const ifMatch = http.header("if-match");
    const { connection, etag } = await update({ ctx, input: { ...params, body, ifMatch } });
    http.setHeader("etag", etag);
    return connection;
  },
});
