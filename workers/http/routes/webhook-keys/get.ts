import { z } from "zod";
import { webhookKey } from "../../../../protocol/api/webhook-keys.ts";
import { get } from "../../../services/webhook-keys/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getWebhookKeyRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/webhook-key",
  operationId: "getWebhookKey",
  tag: "Webhooks",
  summary: "The key that verifies our webhook calls",
  description:
    "Calls carry the headers `webhook-id`, `webhook-timestamp` and `webhook-signature` of Standard Webhooks. Their bodies are `ConfirmationCall`; a target answers a `ConfirmationReply`, or 2xx without a body to confirm.",
  access: "webhook_key.read",
  params: z.object({ org: idParam("organization") }),
  answer: webhookKey,
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
