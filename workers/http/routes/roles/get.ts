import { z } from "zod";
import { role } from "../../../../protocol/api/roles.ts";
import { get } from "../../../services/roles/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getRoleRoute = route({
  method: "get",
  path: "/v1/roles/{role}",
  operationId: "getRole",
  tag: "Roles",
  summary: "A role of the organization's own",
  access: "role.read",
  params: z.object({ role: idParam("role") }),
  answer: role,
  handle: async ({ ctx, params, http }) => {
    const { role: found, etag } = await get({ ctx, input: params });
    http.setHeader("etag", etag);
    return found;
  },
});
