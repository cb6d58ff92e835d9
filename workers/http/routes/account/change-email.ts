import { changeEmailBody } from "../../../../protocol/api/account.ts";
import { linkSent } from "../../../../protocol/api/auth.ts";
import { changeEmail } from "../../../services/account/change-email.ts";
import { route } from "../../route.ts";

export const changeEmailRoute = route({
  method: "post",
  path: "/v1/me/email",
  operationId: "changeEmail",
  tag: "Account",
  summary: "Ask to use another e-mail address",
  description:
    "A link goes to the new address, a notice to the present one. Nothing changes until the link is opened; it counts once, and for 24 hours.",
  access: "person",
  peopleOnly: true,
  body: changeEmailBody,
  answer: linkSent,
  status: 202,
  refusals: ["rate_limited", "reauthentication_required"],
  handle: ({ ctx, body }) => changeEmail({ ctx, input: body }),
});
