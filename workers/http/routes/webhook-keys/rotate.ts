import { z } from "zod";
import { rotatedWebhookKey } from "../../../../protocol/api/webhook-keys.ts";
import { rotate } from "../../../services/webhook-keys/rotate.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const rotateWebhookKeyRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/webhook-key/rotate",
  operationId: "rotateWebhookKey",
  tag: "Webhooks",
  summary: "Make a new webhook key; the old one signs beside it for 24 hours",
  access: "webhook_key.write",
  params: z.object({ org: idParam("organization") }),
  answer: rotatedWebhookKey,
  refusals: ["conflict"],
  handle: ({ ctx, params }) => rotate({ ctx, input: params }),
});
