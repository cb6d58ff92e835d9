import { z } from "zod";
import { metricsCollectionBody, metricsCollectionChanged } from "../../../../protocol/api/metrics.ts";
import { collection } from "../../../services/metrics/collection.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const setMetricsCollectionRoute = route({
  method: "put",
  path: "/v1/fleets/{fleet}/metrics-collection",
  operationId: "setMetricsCollection",
  tag: "Metrics",
  summary: "Store a fleet's metrics, or stop storing them",
  description:
    "Off for a new fleet. While it is on, each agent's time counts for the meter `metered_agent_seconds`; the receipt says what that comes to. What is stored stays until it is too old. With `If-Match` (the fleet's ETag), refused with 409 when somebody changed the fleet meanwhile.",
  access: "fleet.write",
  params: z.object({ fleet: idParam("fleet") }),
  body: metricsCollectionBody,
  answer: metricsCollectionChanged,
  refusals: ["conflict"],
  handle: async ({ ctx, params, body, http }) => {
    const ifMatch = http.header("if-match");
    const { setting, receipt, etag } = await collection.set({
      ctx,
      input: { ...params, value: body, ifMatch },
    });
    http.setHeader("etag", etag);
    return { collection: setting, receipt };
  },
});
