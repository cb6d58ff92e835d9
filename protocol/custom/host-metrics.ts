/**
 * What an agent measures of its host, its program and itself, under the custom capability `hostMetricsCapability`. It
 * measures for itself every 10 seconds; it says nothing until the fleet asks.
 */
import { z } from "zod";
import { maxScraped, rememberedSeconds, seriesNameChars } from "../../domain/metrics/series.ts";

export const hostMetricsCapability = "io.muster.host-metrics/1";

const scrape = z.array(z.string().max(seriesNameChars)).max(maxScraped);

/**
 * Server to agent, type `collect`, data = JSON: send `samples` each `everySeconds`, until told otherwise or the connection
 * breaks. The first one brings what is remembered of the last `sinceSeconds`. `everySeconds` 0 = stop.
 */
export const collectMessage = z.object({
  everySeconds: z.number().int().min(0).max(3600),
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

/** Agent to server: `samples` are kept, `look` is only looked at. Both carry `encodeSamples`. */
export const sampleTypes = { kept: "samples", looked: "look" } as const;
