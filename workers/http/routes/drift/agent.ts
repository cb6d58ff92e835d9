import { z } from "zod";
import { agentDrift } from "../../../../protocol/api/drift.ts";
import { ofAgent } from "../../../services/drift/read.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getAgentDriftRoute = route({
  method: "get",
  path: "/v1/agents/{agent}/drift",
  operationId: "getAgentDrift",
  tag: "Drift",
  summary: "The agent's files as it was given them and as it has them, with a diff of each",
  access: "agent.read",
  params: z.object({ agent: idParam("agent") }),
  answer: agentDrift,
  refusals: ["unavailable"],
  handle: ({ ctx, params }) => ofAgent({ ctx, input: params }),
});
