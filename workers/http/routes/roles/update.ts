import { z } from "zod";
import { roleChange, updateRoleBody } from "../../../../protocol/api/roles.ts";
import { update } from "../../../services/roles/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateRoleRoute = route({
  method: "patch",
  path: "/v1/roles/{role}",
  operationId: "updateRole",
  tag: "Roles",
  summary: "Change a role, for everybody who has it",
  description:
    "`statements` are replaced whole. With `If-Match`, refused with 409 and what it is now when somebody changed it meanwhile.",
  access: "role.write",
  params: z.object({ role: idParam("role") }),
  body: updateRoleBody,
  answer: roleChange,
  refusals: ["already_exists", "conflict"],
  handle: async ({ ctx, params, body, http }) => {
    const { change, etag } = await update({
      ctx,
      input: { ...params, body, ifMatch: http.header("if-match") },
    });
    http.setHeader("etag", etag);
    return change;
  },
});
