import { z } from "zod";
import { member } from "../../../../protocol/api/members.ts";
import { get } from "../../../services/members/find.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getMemberRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/members/{user}",
  operationId: "getMember",
  tag: "Members",
  summary: "A member, with teams",
  access: "member.read",
  params: z.object({ org: idParam("organization"), user: idParam("user") }),
  answer: member,
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
