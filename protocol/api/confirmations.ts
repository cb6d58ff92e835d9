import { z } from "zod";
import { id, timestamp } from "./shared.ts";

/** The body of a webhook gate's call, signed by Standard Webhooks' headers. */
export const confirmationCall = z
  .object({
    type: z.literal("rollout.confirmation"),
    timestamp: timestamp.meta({ description: "When the fleet asked" }),
    data: z.object({
      organizationId: id("organization"),
      fleetId: id("fleet"),
      rolloutId: id("rollout"),
      releaseNumber: z.number().int(),
      confirmationId: z.string().meta({ description: "The same for each attempt of one question" }),
      attempt: z.number().int(),
      phase: z.enum(["start", "wave", "promotion", "rollback"]).meta({
        description: "`rollback` is told: its answer changes nothing",
      }),
      wave: z.number().int().nullable().meta({ description: "From 1; null = the whole rollout" }),
    }),
  })
  .meta({ id: "ConfirmationCall" });
export type ConfirmationCall = z.infer<typeof confirmationCall>;

/** What the target answers with a 2xx status; a 2xx without a body confirms. */
export const confirmationReply = z
  .object({
    verdict: z.enum(["confirm", "deny", "wait"]),
    reason: z.string().max(1000).nullish(),
  })
  .meta({ id: "ConfirmationReply" });
