import { z } from "zod";
import { resolutionNames } from "../../domain/metrics/resolutions.ts";
import { maxScraped, seriesNameChars } from "../../domain/metrics/series.ts";
import { seriesSelectorProblem } from "../custom/series-selector.ts";
import { id, receipt, timestamp } from "./shared.ts";

const resolution = z.enum(resolutionNames).meta({
  description: "`10s` is kept for 1 hour, `1m` for 24 hours, `1h` for 30 days",
});
const unit = z.enum(["share", "number", "bytes", "bytes_per_second", "processors"]);
const column = z.array(z.number().nullable()).meta({ description: "A value for each point; null = none" });

const span = {
  resolution,
  startsAt: timestamp.meta({ description: "Of the first point" }),
  stepSeconds: z.number().int().meta({ description: "Between two points" }),
  points: z.number().int(),
};

export const metricsQuery = z.strictObject({
  series: z.string().max(4_000).optional().meta({
    description: "Names, with commas between them; all that there are when left out",
    example: "host.cpu.utilization,host.memory.used",
  }),
  from: timestamp.optional().meta({ description: "An hour ago when left out" }),
  to: timestamp.optional().meta({ description: "Now when left out" }),
  resolution: resolution
    .optional()
    .meta({ description: "The finest that is kept as far back as `from` when left out" }),
});

export const agentMetricsQuery = metricsQuery.extend({
  live: z.stringbool().optional().meta({
    description:
      "Ask the agent itself for its last hour, and for each new point of the next minute. Nothing is stored. Repeat it while you look.",
  }),
});

export const agentMetrics = z
  .object({
    agentId: id("agent"),
    fleetId: id("fleet"),
    source: z
      .enum(["stored", "live"])
      .meta({ description: "`live`: told by the agent itself, and not stored" }),
    note: z
      .string()
      .nullable()
      .meta({ description: "Why there is less than was asked for; null = there is not" }),
    ...span,
    series: z.array(z.object({ name: z.string(), unit, average: column, minimum: column, maximum: column })),
  })
  .meta({ id: "AgentMetrics" });
export type AgentMetrics = z.infer<typeof agentMetrics>;

export const fleetMetrics = z
  .object({
    fleetId: id("fleet"),
    note: z
      .string()
      .nullable()
      .meta({ description: "Why there is less than was asked for; null = there is not" }),
    ...span,
    series: z.array(
      z.object({
        name: z.string(),
        unit,
        agents: z.array(z.number().int()).meta({ description: "How many told a value, for each point" }),
        average: column,
        minimum: column,
        maximum: column,
        p95: column,
      }),
    ),
  })
  .meta({ id: "FleetMetrics" });
export type FleetMetrics = z.infer<typeof fleetMetrics>;

const scraped = z
  .string()
  .max(seriesNameChars)
  .superRefine((text, ctx) => {
    const problem = seriesSelectorProblem(text);
    if (problem) ctx.addIssue({ code: "custom", message: problem });
  })
  .meta({ example: 'http_requests_in_flight{job="edge"}' });

export const metricsCollectionBody = z.strictObject({
  enabled: z.boolean(),
  everySeconds: z.number().int().min(60).max(3600).default(60).meta({
    description:
      "Between two messages of an agent. Each brings a point for every 10 seconds since the one before",
  }),
  scrape: z.array(scraped).max(maxScraped).default([]).meta({
    description:
      "Series of the programs' own metrics to store too, as a metric gate names them. What matches is summed",
  }),
});

export const metricsCollection = z
  .object({
    fleetId: id("fleet"),
    enabled: z.boolean(),
    everySeconds: z.number().int(),
    scrape: z.array(z.string()),
    taken: z.boolean().meta({ description: "False while the fleet has not been told of the newest change" }),
  })
  .meta({ id: "MetricsCollection" });
export type MetricsCollection = z.infer<typeof metricsCollection>;

export const metricsCollectionChanged = z
  .object({ collection: metricsCollection, receipt })
  .meta({ id: "MetricsCollectionChanged" });
export type MetricsCollectionChanged = z.infer<typeof metricsCollectionChanged>;
