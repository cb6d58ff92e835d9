import { z } from "zod";
import { logShippingBody, logShippingChanged } from "../../../../protocol/api/logs.ts";
import { shipping } from "../../../services/logs/shipping.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const setLogShippingRoute = route({
  method: "put",
  path: "/v1/fleets/{fleet}/log-shipping",
  operationId: "setLogShipping",
  tag: "Logs",
  summary: "Keep a fleet's logs, or stop keeping them",
  description:
    "Off for a new fleet. While it is on, agents ship the named sources of what their own settings let them show; the text counts for the meter `shipped_log_bytes`. Beyond the daily quota lines are dropped, and how many is kept in their place. What is kept stays until it is too old. With `If-Match` (the fleet's ETag), refused with 409 when somebody changed the fleet meanwhile.",
  access: "fleet.write",
  params: z.object({ fleet: idParam("fleet") }),
  body: logShippingBody,
  answer: logShippingChanged,
  refusals: ["conflict"],
  handle: async ({ ctx, params, body, http }) => {
    const ifMatch = http.header("if-match");
    const { setting, receipt, etag } = await shipping.set({
      ctx,
      input: { ...params, value: body, ifMatch },
    });
    http.setHeader("etag", etag);
    return { shipping: setting, receipt };
  },
});
