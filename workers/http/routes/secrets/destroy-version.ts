import { z } from "zod";
import { secretVersionChange } from "../../../../protocol/api/secrets.ts";
import { destroy } from "../../../services/secrets/destroy.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const destroySecretVersionRoute = route({
  method: "delete",
  path: "/v1/secrets/{secret}/versions/{number}",
  operationId: "destroySecretVersion",
  tag: "Secrets",
  summary: "Destroy a version: its sealed bytes go",
  description:
    "Refused for the current one, while a fleet may still send it to an agent, and while a fleet cannot be asked.",
  access: "secret.write",
  params: z.object({ secret: idParam("secret"), number: z.coerce.number().int().min(1) }),
  answer: secretVersionChange,
  refusals: ["conflict", "unavailable"],
  handle: ({ ctx, params }) => destroy({ ctx, input: params }),
});
