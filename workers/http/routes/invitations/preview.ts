import { invitationPreview, invitationTokenBody } from "../../../../protocol/api/invitations.ts";
import { preview } from "../../../services/invitations/accept.ts";
import { publicRoute } from "../../route.ts";

export const previewInvitationRoute = publicRoute({
  method: "post",
  path: "/v1/invitations/preview",
  operationId: "previewInvitation",
  tag: "Invitations",
  summary: "What the link of an invitation is for",
  body: invitationTokenBody,
  answer: invitationPreview,
  refusals: ["token_invalid"],
  handle: ({ ctx, body }) => preview({ ctx, input: body }),
});
