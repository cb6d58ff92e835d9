import { z } from "zod";
import { listMembersQuery, member } from "../../../../protocol/api/members.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/members/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listMembersRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/members",
  operationId: "listMembers",
  tag: "Members",
  summary: "Members of an organization, oldest first",
  access: "member.read",
  params: z.object({ org: idParam("organization") }),
  query: listMembersQuery,
  answer: page(member),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...query, ...params } }),
});
