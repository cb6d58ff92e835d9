import { z } from "zod";
import { memberChange, updateMemberBody } from "../../../../protocol/api/members.ts";
import { update } from "../../../services/members/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateMemberRoute = route({
  method: "patch",
  path: "/v1/orgs/{org}/members/{user}",
  operationId: "updateMember",
  tag: "Members",
  summary: "Change the role of a member",
  description:
    "Refused for a role with more than your own, of whom has more than you, and of the only owner.",
  access: "member.write",
  params: z.object({ org: idParam("organization"), user: idParam("user") }),
  body: updateMemberBody,
  answer: memberChange,
  refusals: ["conflict"],
  handle: ({ ctx, params, body }) => update({ ctx, input: { ...body, ...params } }),
});
