import { z } from "zod";
import { role } from "../../../../protocol/api/roles.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/roles/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listRolesRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/roles",
  operationId: "listRoles",
  tag: "Roles",
  summary: "Roles of the organization's own, oldest first",
  description: "What every organization has is in `GET /v1/permissions`.",
  access: "role.read",
  params: z.object({ org: idParam("organization") }),
  query: pageQuery,
  answer: page(role),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...query, ...params } }),
});
