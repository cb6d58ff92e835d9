import { z } from "zod";
import { metricsCollection } from "../../../../protocol/api/metrics.ts";
import { collection } from "../../../services/metrics/collection.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getMetricsCollectionRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/metrics-collection",
  operationId: "getMetricsCollection",
  tag: "Metrics",
  summary: "What a fleet stores of its agents' metrics",
  access: "fleet.read",
  params: z.object({ fleet: idParam("fleet") }),
  answer: metricsCollection,
  handle: async ({ ctx, params, http }) => {
    const { setting, etag } = await collection.get({ ctx, input: params });
    http.setHeader("etag", etag);
    return setting;
  },
});
