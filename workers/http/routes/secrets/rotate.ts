import { z } from "zod";
import { rotateSecretBody, secretVersionChange } from "../../../../protocol/api/secrets.ts";
import { dryRunQuery } from "../../../../protocol/api/shared.ts";
import { inputImpact } from "../../../../protocol/api/variables.ts";
import { previewRotate, rotate } from "../../../services/secrets/rotate.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const rotateSecretRoute = route({
  method: "post",
  path: "/v1/secrets/{secret}/versions",
  operationId: "rotateSecret",
  tag: "Secrets",
  summary: "Give a secret a new value",
  description:
    "A new version, which new releases are given; running ones keep theirs. In a protected environment it is `pending` until another person approves it. `?dryRun=true` answers which agents would change, and writes nothing.",
  access: "secret.write",
  params: z.object({ secret: idParam("secret") }),
  query: dryRunQuery,
  body: rotateSecretBody,
  answer: secretVersionChange,
  status: 201,
  otherAnswers: { 200: inputImpact },
  refusals: ["conflict"],
  handle: ({ ctx, params, query, body, http }) => {
    if (!query.dryRun)
      return rotate({ ctx, input: { ...params, ...body, ifMatch: http.header("if-match") } });
    http.setStatus(200);
    return previewRotate({ ctx, input: { ...params, value: body.value } });
  },
});
