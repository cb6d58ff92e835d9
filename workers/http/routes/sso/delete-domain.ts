import { deletedSso } from "../../../../protocol/api/sso.ts";
import { removeDomain } from "../../../services/sso/domains.ts";
import { route } from "../../route.ts";
import { domainParams } from "./params.ts";

export const deleteSsoDomainRoute = route({
  method: "delete",
  path: "/v1/orgs/{org}/sso-domains/{domain}",
  operationId: "deleteSsoDomain",
  tag: "Single sign-on",
  summary: "Give a domain up",
  access: "sso.write",
  peopleOnly: true,
  params: domainParams,
  answer: deletedSso,
  refusals: ["conflict", "reauthentication_required"],
  handle: ({ ctx, params }) => removeDomain({ ctx, input: params }),
});
