import { z } from "zod";
import { effectivePermissions, placeQuery } from "../../../../protocol/api/access.ts";
import { ofMember } from "../../../services/access/explain.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const memberPermissionsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/members/{user}/permissions",
  operationId: "getMemberPermissions",
  tag: "Access",
  summary: "What a member may do, and where from",
  access: "role.read",
  params: z.object({ org: idParam("organization"), user: idParam("user") }),
  query: placeQuery,
  answer: effectivePermissions,
  handle: ({ ctx, params, query }) => ofMember({ ctx, input: { ...query, ...params } }),
});
