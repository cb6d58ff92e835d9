import { deviceRequest, findDeviceBody } from "../../../../protocol/api/device.ts";
import { find } from "../../../services/device/find.ts";
import { route } from "../../route.ts";

export const findDeviceRoute = route({
  method: "post",
  path: "/v1/auth/device/find",
  operationId: "findDevice",
  tag: "Devices",
  summary: "Who asks to sign in as you with this code",
  description: "A POST, so that the code stays out of addresses and logs. Wrong codes are limited.",
  access: "person",
  peopleOnly: true,
  idempotent: false,
  body: findDeviceBody,
  answer: deviceRequest,
  refusals: ["forbidden", "token_invalid", "rate_limited"],
  handle: ({ ctx, body }) => find({ ctx, input: body }),
});
