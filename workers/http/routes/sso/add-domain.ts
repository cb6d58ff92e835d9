import { addSsoDomainBody, ssoDomain } from "../../../../protocol/api/sso.ts";
import { addDomain } from "../../../services/sso/domains.ts";
import { route } from "../../route.ts";
import { connectionParams } from "./params.ts";

export const addSsoDomainRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/sso-connections/{connection}/domains",
  operationId: "addSsoDomain",
  tag: "Single sign-on",
  summary: "Claim an e-mail domain; the answer says which DNS record proves it yours",
  access: "sso.write",
  peopleOnly: true,
  params: connectionParams,
  body: addSsoDomainBody,
  answer: ssoDomain,
  status: 201,
  refusals: ["already_exists", "reauthentication_required"],
  handle: ({ ctx, params, body }) => addDomain({ ctx, input: { ...params, name: body.domain } }),
});
