import { ssoDomain } from "../../../../protocol/api/sso.ts";
import { verifyDomain } from "../../../services/sso/domains.ts";
import { route } from "../../route.ts";
import { domainParams } from "./params.ts";

export const verifySsoDomainRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/sso-domains/{domain}/verify",
  operationId: "verifySsoDomain",
  tag: "Single sign-on",
  summary: "Look the DNS record up; when it is there, the domain is yours",
  access: "sso.write",
  peopleOnly: true,
  idempotent: false,
  params: domainParams,
  answer: ssoDomain,
  refusals: ["conflict", "reauthentication_required"],
  handle: ({ ctx, params }) => verifyDomain({ ctx, input: params }),
});
