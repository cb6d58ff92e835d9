import { z } from "zod";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { leave } from "../../../services/members/remove.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const leaveOrganizationRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/leave",
  operationId: "leaveOrganization",
  tag: "Members",
  summary: "Leave an organization",
  description: "Ends your teams, bindings and API keys there. The only owner hands the ownership over first.",
  access: "organization.read",
  peopleOnly: true,
  params: z.object({ org: idParam("organization") }),
  answer: receiptAnswer,
  refusals: ["conflict"],
  handle: ({ ctx, params }) => leave({ ctx, input: params }),
});
