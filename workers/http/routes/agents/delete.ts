import { z } from "zod";
import { deletedAgent } from "../../../../protocol/api/agents.ts";
import { remove } from "../../../services/agents/delete.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const deleteAgentRoute = route({
  method: "delete",
  path: "/v1/agents/{agent}",
  operationId: "deleteAgent",
  tag: "Agents",
  summary: "Delete an agent: end its connection and credential, and forget it",
  description:
    "Rollouts under way no longer wait for it. The program on the host keeps what it runs; to manage it again, enrol it anew.",
  access: "agent.delete",
  params: z.object({ agent: idParam("agent") }),
  answer: deletedAgent,
  refusals: ["unavailable"],
  handle: ({ ctx, params }) => remove({ ctx, input: params }),
});
