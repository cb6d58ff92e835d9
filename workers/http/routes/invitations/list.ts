import { z } from "zod";
import { invitation, listInvitationsQuery } from "../../../../protocol/api/invitations.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/invitations/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listInvitationsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/invitations",
  operationId: "listInvitations",
  tag: "Invitations",
  summary: "Invitations of an organization, newest first",
  access: "member.read",
  params: z.object({ org: idParam("organization") }),
  query: listInvitationsQuery,
  answer: page(invitation),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...query, ...params } }),
});
