import { z } from "zod";
import { signedInDevice } from "../../../../protocol/api/account.ts";
import { revoke } from "../../../services/account/revoke-session.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const revokeSessionRoute = route({
  method: "post",
  path: "/v1/sessions/{session}/revoke",
  operationId: "revokeSession",
  tag: "Account",
  summary: "End one of your sessions, at once",
  access: "person",
  peopleOnly: true,
  params: z.object({ session: idParam("session") }),
  answer: signedInDevice,
  handle: ({ ctx, params }) => revoke({ ctx, input: params }),
});
