import { z } from "zod";
import { invitationChange } from "../../../../protocol/api/invitations.ts";
import { resend } from "../../../services/invitations/change.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const resendInvitationRoute = route({
  method: "post",
  path: "/v1/invitations/{invitation}/resend",
  operationId: "resendInvitation",
  tag: "Invitations",
  summary: "Send an invitation again, with a new link",
  access: "member.write",
  params: z.object({ invitation: idParam("invitation") }),
  answer: invitationChange,
  refusals: ["already_exists", "conflict", "quota_exceeded", "rate_limited"],
  handle: ({ ctx, params }) => resend({ ctx, input: params }),
});
