import { z } from "zod";
import { acceptDriftBody, acceptedDraft, acceptedDrift } from "../../../../protocol/api/drift.ts";
import { dryRunQuery } from "../../../../protocol/api/shared.ts";
import { accept, previewAccept } from "../../../services/drift/accept.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const acceptDriftRoute = route({
  method: "post",
  path: "/v1/agents/{agent}/drift/accept",
  operationId: "acceptDrift",
  tag: "Drift",
  summary: "Take over what somebody changed on the agent, as new versions of its configs, and roll them out",
  description:
    "Three ways: what was changed on the host goes into the config's text, whose placeholders stay. Lines that are filled in from variables, secrets or labels cannot be taken over. The rollout reaches all agents that run the old versions. `?dryRun=true` answers what would be saved.",
  access: "rollout.write",
  params: z.object({ agent: idParam("agent") }),
  query: dryRunQuery,
  body: acceptDriftBody,
  bodyOptional: true,
  answer: acceptedDrift,
  status: 201,
  otherAnswers: { 200: acceptedDraft },
  refusals: [
    "config_invalid",
    "conflict",
    "plan_impossible",
    "quota_exceeded",
    "rollout_active",
    "unavailable",
  ],
  handle: ({ ctx, params, query, body: { files, ...terms }, http }) => {
    const input = { ...params, terms, files };
    if (!query.dryRun) return accept({ ctx, input });
    http.setStatus(200);
    return previewAccept({ ctx, input });
  },
});
