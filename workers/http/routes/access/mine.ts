import { effectivePermissions, ownPermissionsQuery } from "../../../../protocol/api/access.ts";
import { ofSelf } from "../../../services/access/explain.ts";
import { route } from "../../route.ts";

export const myPermissionsRoute = route({
  method: "get",
  path: "/v1/me/permissions",
  operationId: "getMyPermissions",
  tag: "Access",
  summary: "What the credential may do in an organization, and where from",
  access: "person",
  query: ownPermissionsQuery,
  answer: effectivePermissions,
  refusals: ["not_found"],
  handle: ({ ctx, query }) => ofSelf({ ctx, input: query }),
});
