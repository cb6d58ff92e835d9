import { z } from "zod";
import type { FleetId } from "../../../../domain/ids.ts";
import { createSecretBody, secretChange } from "../../../../protocol/api/secrets.ts";
import { dryRunQuery } from "../../../../protocol/api/shared.ts";
import { inputImpact } from "../../../../protocol/api/variables.ts";
import { create, previewCreate } from "../../../services/secrets/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createSecretRoute = route({
  method: "post",
  path: "/v1/environments/{environment}/secrets",
  operationId: "createSecret",
  tag: "Secrets",
  summary: "Set a secret, for the environment, a fleet, or agents by their labels",
  description:
    "The value is sealed at once, and no route answers it. It changes no agent by itself: a release takes it when it is made. In a protected environment it is `pending` until another person approves it. `?dryRun=true` answers which agents would change, and writes nothing.",
  access: "secret.write",
  params: z.object({ environment: idParam("environment") }),
  query: dryRunQuery,
  body: createSecretBody,
  answer: secretChange,
  status: 201,
  otherAnswers: { 200: inputImpact },
  refusals: ["already_exists", "conflict", "quota_exceeded"],
  handle: ({ ctx, params, query, body, http }) => {
    // The body's schema has checked that it is a fleet's id.
    const input = { ...body, ...params, fleet: body.fleet as FleetId | null };
    if (!query.dryRun) return create({ ctx, input });
    http.setStatus(200);
    return previewCreate({ ctx, input });
  },
});
