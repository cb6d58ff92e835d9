import { deviceAuthorization, requestDeviceBody } from "../../../../protocol/api/device.ts";
import { request } from "../../../services/device/request.ts";
import { publicRoute } from "../../route.ts";

export const requestDeviceRoute = publicRoute({
  method: "post",
  path: "/v1/auth/device",
  operationId: "requestDevice",
  tag: "Devices",
  summary: "Ask to sign in a device without a browser (RFC 8628)",
  description:
    "Show the person `user_code` and `verification_uri`, then ask `/v1/auth/device/token` every `interval` seconds. Limited per address.",
  body: requestDeviceBody,
  bodyOptional: true,
  answer: deviceAuthorization,
  refusals: ["rate_limited"],
  handle: ({ ctx, body }) => request({ ctx, input: body }),
});
