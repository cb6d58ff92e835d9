/**
 * What an agent measures of its host, its program and itself, under the custom capability `hostMetricsCapability`. It
 * measures for itself every 10 seconds; it says nothing until the fleet asks.
 */
import { z } from "zod";
import { maxScraped, rememberedSeconds, seriesNameChars } from "../../domain/metrics/series.ts";

const scrape = z.array(z.string().max(seriesNameChars)).max(maxScraped);

/**
 * Server to agent, type `collect`, data = JSON: send `samples` after `firstInMs` and each `everySeconds` from then on, until
 * told otherwise or the connection breaks. The first one also brings what is remembered of the `sinceSeconds` before this
 * message. `everySeconds` 0 = stop.
 */
export const collectMessage = z.object({
  everySeconds: z.number().int().min(0).max(3600),
  firstInMs: z.number().int().min(0).max(3_600_000),
  sinceSeconds: z.number().int().min(0).max(rememberedSeconds),
  scrape,
});
export type CollectMessage = z.infer<typeof collectMessage>;

/**
 * Server to agent, type `look`, data = JSON: a person looks. Send `look` at once with what is remembered of the last
 * `sinceSeconds`, and each new point for `forSeconds`. Another one prolongs it.
 */
export const lookMessage = z.object({
  forSeconds: z.number().int().min(0).max(600),
  sinceSeconds: z.number().int().min(0).max(rememberedSeconds),
  scrape,
});
export type LookMessage = z.infer<typeof lookMessage>;
