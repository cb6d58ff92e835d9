import { z } from "zod";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { agentVariable } from "../../../../protocol/api/variables.ts";
import { listVariables } from "../../../services/agents/list-variables.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listAgentVariablesRoute = route({
  method: "get",
  path: "/v1/agents/{agent}/variables",
  operationId: "listAgentVariables",
  tag: "Variables",
  summary: "Which row of each variable counts for an agent, and which others there are",
  description:
    "As the environment has them now, by name. The agent has what its release froze, and only what its files name: `POST /v1/agents/{agent}/render` shows that.",
  access: "variable.read",
  params: z.object({ agent: idParam("agent") }),
  query: pageQuery,
  answer: page(agentVariable),
  refusals: ["unavailable"],
  handle: ({ ctx, params, query }) => listVariables({ ctx, input: { ...query, ...params } }),
});
