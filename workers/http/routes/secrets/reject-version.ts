import { z } from "zod";
import { secretVersionChange } from "../../../../protocol/api/secrets.ts";
import { decide } from "../../../services/secrets/decide.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const rejectSecretVersionRoute = route({
  method: "post",
  path: "/v1/secrets/{secret}/versions/{number}/reject",
  operationId: "rejectSecretVersion",
  tag: "Secrets",
  summary: "Reject a version that waits for it; drops its value",
  description: "By a person. In a protected environment nobody approves what they set themselves.",
  access: "secret.write",
  params: z.object({ secret: idParam("secret"), number: z.coerce.number().int().min(1) }),
  answer: secretVersionChange,
  refusals: ["approval_required", "conflict"],
  peopleOnly: true,
  handle: ({ ctx, params }) => decide({ ctx, input: { ...params, verdict: "reject" } }),
});
