import { z } from "zod";
import { createInvitationBody, invitationChange } from "../../../../protocol/api/invitations.ts";
import { create } from "../../../services/invitations/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createInvitationRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/invitations",
  operationId: "createInvitation",
  tag: "Invitations",
  summary: "Invite somebody by mail",
  description:
    "The link goes by mail alone, counts once and for 7 days. An open invitation of the same address is replaced.",
  access: "member.write",
  params: z.object({ org: idParam("organization") }),
  body: createInvitationBody,
  answer: invitationChange,
  status: 201,
  refusals: ["already_exists", "conflict", "quota_exceeded"],
  handle: ({ ctx, params, body }) => create({ ctx, input: { ...body, ...params } }),
});
