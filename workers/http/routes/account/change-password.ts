import { changePasswordBody, sessionsEnded } from "../../../../protocol/api/account.ts";
import { changePassword } from "../../../services/account/change-password.ts";
import { route } from "../../route.ts";

export const changePasswordRoute = route({
  method: "post",
  path: "/v1/me/password",
  operationId: "changePassword",
  tag: "Account",
  summary: "Change the password; ends every other session",
  description:
    "Asks for the present password. An account without one (passkey, single sign-on) sets its first one instead, and must have been confirmed within 15 minutes.",
  access: "person",
  peopleOnly: true,
  body: changePasswordBody,
  answer: sessionsEnded,
  idempotent: false,
  refusals: ["rate_limited", "reauthentication_required"],
  handle: ({ ctx, body }) => changePassword({ ctx, input: body }),
});
