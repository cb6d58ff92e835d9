import { z } from "zod";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { remove } from "../../../services/roles/delete.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const deleteRoleRoute = route({
  method: "delete",
  path: "/v1/roles/{role}",
  operationId: "deleteRole",
  tag: "Roles",
  summary: "Delete a role that nobody has",
  access: "role.write",
  params: z.object({ role: idParam("role") }),
  answer: receiptAnswer,
  refusals: ["conflict"],
  handle: ({ ctx, params }) => remove({ ctx, input: params }),
});
