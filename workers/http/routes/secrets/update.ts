import { z } from "zod";
import { secretChange, updateSecretBody } from "../../../../protocol/api/secrets.ts";
import { update } from "../../../services/secrets/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateSecretRoute = route({
  method: "patch",
  path: "/v1/secrets/{secret}",
  operationId: "updateSecret",
  tag: "Secrets",
  summary: "Describe a secret anew",
  description:
    "Its value is changed by a new version; its name and place stay. With `If-Match`, refused with 409 when somebody changed it meanwhile.",
  access: "secret.write",
  params: z.object({ secret: idParam("secret") }),
  body: updateSecretBody,
  answer: secretChange,
  refusals: ["conflict"],
  handle: async ({ ctx, params, body, http }) => {
    const ifMatch = http.header("if-match");
    const { change, etag } = await update({ ctx, input: { ...params, ...body, ifMatch } });
    http.setHeader("etag", etag);
    return change;
  },
});
