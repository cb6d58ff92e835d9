import { startedTotp } from "../../../../protocol/api/factors.ts";
import { startTotp } from "../../../services/factors/start-totp.ts";
import { route } from "../../route.ts";

export const startTotpRoute = route({
  method: "post",
  path: "/v1/me/totp",
  operationId: "startTotp",
  tag: "Account",
  summary: "Begin to add an authenticator app: get the secret for it",
  description:
    "TOTP as RFC 6238 has it: 30 seconds, SHA-1, six digits. The secret counts once a code of it is confirmed.",
  access: "person",
  peopleOnly: true,
  answer: startedTotp,
  status: 201,
  refusals: ["forbidden", "reauthentication_required", "already_exists"],
  handle: ({ ctx }) => startTotp({ ctx }),
});
