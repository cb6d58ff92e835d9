/**
 * Readings of an application's metrics under the custom capability `metricsCapability`, sent only while the fleet asks:
 * an idle fleet hears nothing.
 */
import { z } from "zod";

/** One number to read: see `MetricGate` in `domain/rollouts/rollout.ts`. */
export const metricQuery = z.object({
  metric: z.string(),
  as: z.enum(["value", "rate"]),
  per: z.string().nullable(),
});
export type MetricQuery = z.infer<typeof metricQuery>;

/**
 * Server to agent, type `watch`, data = JSON: read these each `intervalSeconds`, until told otherwise, the connection
 * breaks or `forSeconds` are over. A new `watch` takes the place of the one before; no queries = stop.
 */
export const watchMessage = z.object({
  intervalSeconds: z.number().int().min(1),
  forSeconds: z.number().int().min(1),
  queries: z.array(metricQuery).max(20),
});
export type WatchMessage = z.infer<typeof watchMessage>;

/** Agent to server, type `reading`: by the query's index; a query that gave no number is left out. */
export const readingMessage = z.object({ values: z.record(z.string().regex(/^\d{1,2}$/), z.number()) });
export type ReadingMessage = z.infer<typeof readingMessage>;
