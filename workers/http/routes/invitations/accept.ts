import { acceptedInvitation, invitationTokenBody } from "../../../../protocol/api/invitations.ts";
import { accept } from "../../../services/invitations/accept.ts";
import { route } from "../../route.ts";

export const acceptInvitationRoute = route({
  method: "post",
  path: "/v1/invitations/accept",
  operationId: "acceptInvitation",
  tag: "Invitations",
  summary: "Accept an invitation with the account of its address",
  access: "person",
  peopleOnly: true,
  body: invitationTokenBody,
  answer: acceptedInvitation,
  refusals: ["already_exists", "forbidden", "quota_exceeded", "token_invalid"],
  handle: ({ ctx, body }) => accept({ ctx, input: body }),
});
