import { session } from "../../../../protocol/api/auth.ts";
import { deviceTokenBody } from "../../../../protocol/api/device.ts";
import { token } from "../../../services/device/token.ts";
import { publicRoute } from "../../route.ts";
import { sessionAnswer } from "../auth/answer.ts";

export const deviceTokenRoute = publicRoute({
  method: "post",
  path: "/v1/auth/device/token",
  operationId: "takeDeviceSession",
  tag: "Devices",
  summary: "The session of a device whose person has approved it",
  description:
    "Until then 400, with RFC 8628's word in `error`: `authorization_pending` and `slow_down` (ask again after `retryAfterSeconds`), `access_denied`, `expired_token`, `invalid_grant`. The session, with its refresh token, is answered once.",
  body: deviceTokenBody,
  answer: session,
  refusals: ["authorization_pending", "token_invalid"],
  handle: async ({ ctx, body, http }) => {
    const signedIn = await token({ ctx, input: { deviceCode: body.device_code } });
    return sessionAnswer(http, ctx.publicUrl, "body", signedIn);
  },
});
