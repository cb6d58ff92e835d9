import { z } from "zod";
import { receiptAnswer, transferBody } from "../../../../protocol/api/members.ts";
import { transfer } from "../../../services/members/transfer.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const transferOrganizationRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/transfer",
  operationId: "transferOrganization",
  tag: "Members",
  summary: "Hand the ownership over to another member",
  access: "organization.transfer",
  peopleOnly: true,
  params: z.object({ org: idParam("organization") }),
  body: transferBody,
  answer: receiptAnswer,
  refusals: ["conflict", "reauthentication_required"],
  handle: ({ ctx, params, body }) => transfer({ ctx, input: { ...body, ...params } }),
});
