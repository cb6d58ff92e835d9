import { z } from "zod";
import { id, receipt, timestamp } from "./shared.ts";

/** What an organization's webhook calls are signed with, as Standard Webhooks writes it. */
export const webhookKey = z
  .object({
    organizationId: id("organization"),
    key: z.string().meta({ description: "Verifies `webhook-signature`; keep it secret", example: "whsec_…" }),
    version: z.number().int(),
    rotatedAt: timestamp.nullable(),
    previous: z
      .object({ version: z.number().int(), signsUntil: timestamp })
      .nullable()
      .meta({ description: "The key before, which signs beside this one for 24 hours after a rotation" }),
  })
  .meta({ id: "WebhookKey" });
export type WebhookKey = z.infer<typeof webhookKey>;

export const rotatedWebhookKey = z.object({ receipt, webhookKey }).meta({ id: "RotatedWebhookKey" });
export type RotatedWebhookKey = z.infer<typeof rotatedWebhookKey>;
