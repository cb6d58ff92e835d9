import { z } from "zod";
import { agentMetrics, agentMetricsQuery } from "../../../../protocol/api/metrics.ts";
import { ofAgent } from "../../../services/metrics/read.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getAgentMetricsRoute = route({
  method: "get",
  path: "/v1/agents/{agent}/metrics",
  operationId: "getAgentMetrics",
  tag: "Metrics",
  summary: "What an agent measured of its host, its program and itself",
  description:
    "What the fleet stores, or with `live=true` what the agent itself remembers of the last hour, which costs nothing. Only Muster's own agent measures.",
  access: "agent.read",
  params: z.object({ agent: idParam("agent") }),
  query: agentMetricsQuery,
  answer: agentMetrics,
  refusals: ["unavailable"],
  handle: ({ ctx, params, query }) => ofAgent({ ctx, input: { ...params, ...query } }),
});
