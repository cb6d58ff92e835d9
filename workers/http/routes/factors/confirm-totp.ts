import { changedFactors, confirmTotpBody } from "../../../../protocol/api/factors.ts";
import { confirmTotp } from "../../../services/factors/confirm-totp.ts";
import { route } from "../../route.ts";

export const confirmTotpRoute = route({
  method: "post",
  path: "/v1/me/totp/confirm",
  operationId: "confirmTotp",
  tag: "Account",
  summary: "Show a code of the new authenticator app, which counts from then on",
  description:
    "With a first second factor come ten recovery codes, shown in this answer only. This session counts as shown by two factors from then on.",
  access: "person",
  peopleOnly: true,
  body: confirmTotpBody,
  answer: changedFactors,
  refusals: ["forbidden", "reauthentication_required", "conflict", "token_invalid", "rate_limited"],
  handle: ({ ctx, body }) => confirmTotp({ ctx, input: body }),
});
