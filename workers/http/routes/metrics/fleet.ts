import { z } from "zod";
import { fleetMetrics, metricsQuery } from "../../../../protocol/api/metrics.ts";
import { ofFleet } from "../../../services/metrics/read.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getFleetMetricsRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/metrics",
  operationId: "getFleetMetrics",
  tag: "Metrics",
  summary: "What a fleet's agents measured, added up",
  description:
    "Average, least, most and 95th percentile over the agents that told a value, for each point. Of the series that every agent has; those of containers and programs are with each agent.",
  access: "agent.read",
  params: z.object({ fleet: idParam("fleet") }),
  query: metricsQuery,
  answer: fleetMetrics,
  refusals: ["unavailable"],
  handle: ({ ctx, params, query }) => ofFleet({ ctx, input: { ...params, ...query } }),
});
