import { z } from "zod";
import { keptLogs, keptLogsQuery } from "../../../../protocol/api/logs.ts";
import { readKept } from "../../../services/logs/read-kept.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const readKeptLogsRoute = route({
  method: "get",
  path: "/v1/agents/{agent}/logs",
  operationId: "readKeptLogs",
  tag: "Logs",
  summary: "Search the logs that an agent shipped, newest first",
  description:
    "What its fleet keeps, also while the agent is offline. Empty for a fleet that keeps none: see `setLogShipping`. An item with `dropped` stands for lines that the daily quota kept away.",
  access: "log.read",
  params: z.object({ agent: idParam("agent") }),
  query: keptLogsQuery,
  answer: keptLogs,
  refusals: ["unavailable"],
  handle: ({ ctx, params, query }) => readKept({ ctx, input: { ...params, ...query } }),
});
