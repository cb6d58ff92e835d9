import { z } from "zod";
import type { ReleaseId } from "../../../../domain/ids.ts";
import { agentRender, renderAgentBody } from "../../../../protocol/api/renders.ts";
import { render } from "../../../services/agents/render.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";
import { assignmentInputs } from "../releases/assignments.ts";

export const renderAgentRoute = route({
  method: "post",
  path: "/v1/agents/{agent}/render",
  operationId: "renderAgent",
  tag: "Agents",
  summary: "The files that an agent would be given, and why they differ from what it has",
  description:
    "A dry run for one agent: of a release, of configs that are named as in a new one, or without either of the current release; with `refreshInputs` with the variables and secrets of today. Secrets are masked. Each file comes with its difference from what is wanted of the agent, what it applied last, and what it says it has. All but a release that is there needs `variable.read` too. Writes nothing.",
  access: "agent.read",
  params: z.object({ agent: idParam("agent") }),
  body: renderAgentBody,
  bodyOptional: true,
  answer: agentRender,
  idempotent: false,
  refusals: ["config_invalid", "plan_impossible", "unavailable"],
  handle: ({ ctx, params, body }) => {
    // The body's schema has checked that it is a release's id.
    if ("release" in body)
      return render({ ctx, input: { ...params, what: { release: body.release as ReleaseId } } });
    const isCurrent = body.assignments.length + body.packages.length === 0 && !body.refreshInputs;
    const what = isCurrent ? null : { ...body, assignments: assignmentInputs(body.assignments) };
    return render({ ctx, input: { ...params, what } });
  },
});
