import { z } from "zod";
import type { AgentId } from "../../../../domain/ids.ts";
import { reapplyBody } from "../../../../protocol/api/drift.ts";
import { rolloutPreview, startedRollout } from "../../../../protocol/api/rollouts.ts";
import { dryRunQuery } from "../../../../protocol/api/shared.ts";
import { previewReapply, reapply } from "../../../services/drift/reapply.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const reapplyDriftRoute = route({
  method: "post",
  path: "/v1/fleets/{fleet}/drift/reapply",
  operationId: "reapplyDrift",
  tag: "Drift",
  summary: "Give drifted agents anew what they should run",
  description:
    "A rollout of the current release for those agents alone, by the same rules as any other. Agents that run, or will soon run, something else are left out. `?dryRun=true` answers the plan.",
  access: "rollout.write",
  params: z.object({ fleet: idParam("fleet") }),
  query: dryRunQuery,
  body: reapplyBody,
  bodyOptional: true,
  answer: startedRollout,
  status: 201,
  otherAnswers: { 200: rolloutPreview },
  refusals: ["conflict", "plan_impossible", "plan_outdated", "rollout_active", "unavailable"],
  handle: ({ ctx, params, query, body: { agents, ...terms }, http }) => {
    // The body's schema has checked the ids.
    const input = { ...params, terms, agents: agents as AgentId[] | undefined };
    if (!query.dryRun) return reapply({ ctx, input });
    http.setStatus(200);
    return previewReapply({ ctx, input });
  },
});
