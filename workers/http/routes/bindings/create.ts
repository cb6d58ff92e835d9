import { z } from "zod";
import { bindingChange, createBindingBody } from "../../../../protocol/api/roles.ts";
import { create } from "../../../services/bindings/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createBindingRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/bindings",
  operationId: "createBinding",
  tag: "Roles",
  summary: "Give a member, team or service account a role, perhaps only within a scope",
  access: "role.write",
  params: z.object({ org: idParam("organization") }),
  body: createBindingBody,
  answer: bindingChange,
  status: 201,
  refusals: ["already_exists", "conflict", "quota_exceeded"],
  handle: ({ ctx, params, body }) => create({ ctx, input: { ...body, ...params } }),
});
