import { z } from "zod";
import { invitationChange } from "../../../../protocol/api/invitations.ts";
import { revoke } from "../../../services/invitations/change.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const revokeInvitationRoute = route({
  method: "post",
  path: "/v1/invitations/{invitation}/revoke",
  operationId: "revokeInvitation",
  tag: "Invitations",
  summary: "Take an invitation back",
  access: "member.write",
  params: z.object({ invitation: idParam("invitation") }),
  answer: invitationChange,
  refusals: ["conflict"],
  handle: ({ ctx, params }) => revoke({ ctx, input: params }),
});
