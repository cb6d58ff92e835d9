import { z } from "zod";
import { logShipping } from "../../../../protocol/api/logs.ts";
import { shipping } from "../../../services/logs/shipping.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getLogShippingRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/log-shipping",
  operationId: "getLogShipping",
  tag: "Logs",
  summary: "What a fleet keeps of its agents' logs",
  access: "fleet.read",
  params: z.object({ fleet: idParam("fleet") }),
  answer: logShipping,
  handle: async ({ ctx, params, http }) => {
    const { setting, etag } = await shipping.get({ ctx, input: params });
    http.setHeader("etag", etag);
    return setting;
  },
});
