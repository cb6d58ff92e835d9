import { z } from "zod";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { remove } from "../../../services/members/remove.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const removeMemberRoute = route({
  method: "delete",
  path: "/v1/orgs/{org}/members/{user}",
  operationId: "removeMember",
  tag: "Members",
  summary: "Remove a member, with teams, bindings and API keys",
  access: "member.write",
  params: z.object({ org: idParam("organization"), user: idParam("user") }),
  answer: receiptAnswer,
  refusals: ["conflict"],
  handle: ({ ctx, params }) => remove({ ctx, input: params }),
});
