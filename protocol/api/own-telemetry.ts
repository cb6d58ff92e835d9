import { z } from "zod";
import { telemetryStates } from "../../domain/fleets/own-telemetry.ts";
import { id, receipt, timestamp } from "./shared.ts";

const endpoint = z
  .url({ protocol: /^https?$/, error: "must be a URL that starts with https:// or http://" })
  .max(2_000)
  .refine((text) => !/^[^/]*\/\/[^/?#]*@/.test(text), {
    error: "must not hold a name or password; send a header that names a secret",
  })
  .meta({
    description: "OTLP over HTTP, whole, as agents reach it",
    example: "https://otlp.example.com/v1/metrics",
  });
const headerName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, { error: "must be the name of an HTTP header" });
const plainText = z
  .string()
  .max(1_000)
  .regex(/^[\t\x20-\x7e]*$/, { error: "use printable ASCII characters" });

export const telemetryHeader = z.union([
  z.strictObject({ value: plainText }),
  z.strictObject({
    secret: z
      .string()
      .min(1)
      .max(100)
      .meta({ description: "Name of a secret of the fleet's environment, without a selector" }),
    prefix: plainText.default("").meta({ description: "Before the secret's value", example: "Bearer " }),
  }),
]);

export const telemetryTarget = z.strictObject({
  endpoint,
  headers: z
    .record(headerName, telemetryHeader)
    .default({})
    .refine((headers) => Object.keys(headers).length <= 20, { error: "at most 20 headers" })
    .meta({ description: "What carries a credential names a secret" }),
});
export type TelemetryTargetBody = z.infer<typeof telemetryTarget>;

/** Whole: a signal that is left out, or null, goes nowhere. */
export const setOwnTelemetryBody = z.strictObject({
  metrics: telemetryTarget.nullable().default(null),
  traces: telemetryTarget.nullable().default(null),
  logs: telemetryTarget.nullable().default(null),
});
export type SetOwnTelemetryBody = z.infer<typeof setOwnTelemetryBody>;

const shownTarget = z.object({
  endpoint: z.string(),
  headers: z.record(
    z.string(),
    z.union([
      z.object({ value: z.string() }),
      z.object({
        secret: z.string(),
        prefix: z.string(),
        version: z
          .number()
          .int()
          .meta({ description: "The one that agents are sent: the newest when it was set" }),
      }),
    ]),
  ),
});

const counts = z.object({
  takes: z
    .number()
    .int()
    .meta({ description: "Agents that take such settings for at least one of the signals" }),
  applied: z.number().int(),
  failed: z.number().int(),
  waiting: z.number().int().meta({ description: "Not offered yet, or without an answer" }),
});

export const ownTelemetry = z
  .object({
    fleetId: id("fleet"),
    metrics: shownTarget.nullable(),
    traces: shownTarget.nullable(),
    logs: shownTarget.nullable(),
    agents: counts,
    items: z
      .array(
        z.object({
          agentId: id("agent"),
          name: z.string(),
          state: z.enum(telemetryStates),
          error: z.string().nullable(),
          at: timestamp
            .nullable()
            .meta({ description: "When it was offered or answered; null = not offered yet" }),
        }),
      )
      .meta({ description: "Agents that have not applied it, at most 100: those that failed first" }),
  })
  .meta({ id: "OwnTelemetry" });
export type OwnTelemetry = z.infer<typeof ownTelemetry>;

export const changedOwnTelemetry = ownTelemetry.extend({ receipt }).meta({ id: "ChangedOwnTelemetry" });
export type ChangedOwnTelemetry = z.infer<typeof changedOwnTelemetry>;
