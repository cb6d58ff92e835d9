import { z } from "zod";
import { createRoleBody, roleChange } from "../../../../protocol/api/roles.ts";
import { create } from "../../../services/roles/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createRoleRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/roles",
  operationId: "createRole",
  tag: "Roles",
  summary: "Create a role",
  description: "An explicit denial wins over whatever allows. Nobody makes a role with more than their own.",
  access: "role.write",
  params: z.object({ org: idParam("organization") }),
  body: createRoleBody,
  answer: roleChange,
  status: 201,
  refusals: ["already_exists", "quota_exceeded"],
  handle: async ({ ctx, params, body, http }) => {
    const { change, etag } = await create({ ctx, input: { ...body, ...params } });
    http.setHeader("etag", etag);
    return change;
  },
});
