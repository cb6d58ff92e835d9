import { z } from "zod";
import { componentRoles } from "../../domain/configs/facts.ts";
import { id } from "./shared.ts";

export const collectorSignals = ["traces", "metrics", "logs", "profiles"] as const;
const signal = z.enum(collectorSignals);

export const collectorComponent = z
  .object({
    role: z.enum(componentRoles),
    type: z.string().meta({ description: "As it stands in a config", example: "otlp" }),
    aliases: z.array(z.string()).meta({ description: "Newer or older names of the same" }),
    title: z.string(),
    summary: z.string(),
    documentation: z.url(),
    signals: z
      .array(signal)
      .meta({ description: "What it takes or gives; empty for connectors and extensions" }),
    connects: z.array(z.object({ from: signal, to: signal })).meta({
      description: "Of a connector: the signals that it takes in one pipeline and gives to another",
    }),
    schema: z.record(z.string(), z.unknown()).meta({
      description:
        "JSON Schema of its settings, with `title`, `description` and `default` for a form. " +
        "`x-muster-secret`: holds a secret. `x-muster-reference`: the id of another component. " +
        "`x-muster-advanced`: seldom needed.",
    }),
    example: z.string().meta({ description: "YAML of its settings" }),
    agents: z.number().int().nullable().meta({
      description:
        "How many of the fleet's agents have it; null = no fleet was named, or none of its agents says",
    }),
  })
  .meta({ id: "CollectorComponent" });
export type CollectorComponent = z.infer<typeof collectorComponent>;

export const collectorComponentsQuery = z.strictObject({
  role: z.enum(componentRoles).optional(),
  type: z.string().max(100).optional(),
  fleet: id("fleet").optional().meta({ description: "Count its agents that have each component" }),
});

export const fleetComponentsQuery = z.strictObject({
  selector: z
    .string()
    .max(1000)
    .optional()
    .meta({ description: "Only agents whose labels match", example: "role=gateway" }),
});

/** What the agents of a fleet report of themselves. */
export const fleetComponents = z
  .object({
    agents: z.number().int().meta({ description: "Agents that were looked at" }),
    reporting: z.number().int().meta({ description: "Those that report their components" }),
    versions: z.array(z.object({ version: z.string(), agents: z.number().int() })),
    components: z
      .array(z.object({ role: z.enum(componentRoles), type: z.string(), agents: z.number().int() }))
      .meta({ description: "Sorted by role and type" }),
  })
  .meta({ id: "FleetComponents" });
export type FleetComponents = z.infer<typeof fleetComponents>;
