import { decideDeviceBody, deviceRequest } from "../../../../protocol/api/device.ts";
import { decide } from "../../../services/device/decide.ts";
import { route } from "../../route.ts";

export const decideDeviceRoute = route({
  method: "post",
  path: "/v1/auth/device/decide",
  operationId: "decideDevice",
  tag: "Devices",
  summary: "Approve or deny a device that shows this code",
  description:
    "Approved, the device signs in as you, with no more than this session has. It is listed among your sessions as `cli`; revoke it there. Wrong codes are limited.",
  access: "person",
  peopleOnly: true,
  idempotent: false,
  body: decideDeviceBody,
  answer: deviceRequest,
  refusals: ["forbidden", "conflict", "session_revoked", "token_invalid", "rate_limited"],
  handle: ({ ctx, body }) => decide({ ctx, input: body }),
});
