import { z } from "zod";
import { binding, listBindingsQuery } from "../../../../protocol/api/roles.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/bindings/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listBindingsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/bindings",
  operationId: "listBindings",
  tag: "Roles",
  summary: "Who has which role beside that of the membership, and where",
  access: "role.read",
  params: z.object({ org: idParam("organization") }),
  query: listBindingsQuery,
  answer: page(binding),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...query, ...params } }),
});
