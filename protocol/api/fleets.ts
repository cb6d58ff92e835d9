import { z } from "zod";
import { offlineAfterBounds } from "../../domain/fleets/offline.ts";
import { driftPolicy } from "./drift.ts";
import { displayName, id, labels, slug, timestamp } from "./shared.ts";

export const locationHints = ["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"] as const;

export const offlineAfterSeconds = z
  .number()
  .int()
  .min(offlineAfterBounds.least)
  .max(offlineAfterBounds.most)
  .nullable()
  .meta({
    description:
      "An agent that has been away for so many seconds is told of once, as the event `agent.offline`, and its return as `agent.back`; null = neither",
  });

export const fleetCounts = z.object({
  total: z.number().int(),
  online: z.number().int(),
  offline: z.number().int(),
  revoked: z.number().int(),
  unhealthy: z.number().int(),
  failed: z.number().int(),
  drifted: z.number().int().meta({ description: "Agents that report other files than they were given" }),
});

export const fleet = z
  .object({
    id: id("fleet"),
    organizationId: id("organization"),
    projectId: id("project"),
    environmentId: id("environment"),
    name: z.string(),
    slug,
    locationHint: z.enum(locationHints).nullable(),
    currentReleaseId: id("release")
      .nullable()
      .meta({ description: "The last release that succeeded; what newcomers get" }),
    driftPolicy,
    offlineAfterSeconds,
    createdAt: timestamp,
  })
  .meta({ id: "Fleet" });
export type Fleet = z.infer<typeof fleet>;

/** A single fleet also tells its live counts; null when its object could not be asked. */
export const fleetDetail = fleet
  .extend({ counts: fleetCounts.nullable(), activeRolloutId: id("rollout").nullable() })
  .meta({ id: "FleetDetail" });
export type FleetDetail = z.infer<typeof fleetDetail>;

export const createFleetBody = z.strictObject({
  name: displayName,
  slug: slug.optional(),
  environmentId: id("environment")
    .optional()
    .meta({ description: "The project's first environment when left out" }),
  locationHint: z.enum(locationHints).optional(),
});
export const updateFleetBody = z
  .strictObject({
    name: displayName.optional(),
    driftPolicy: driftPolicy.optional(),
    offlineAfterSeconds: offlineAfterSeconds.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, {
    error: "name what changes: name, driftPolicy or offlineAfterSeconds",
  });

export const enrollmentToken = z
  .object({
    id: id("enrollmentToken"),
    fleetId: id("fleet"),
    name: z.string(),
    labels,
    maxUses: z.number().int().nullable().meta({ description: "How many agents may enrol; null = no limit" }),
    uses: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Agents enrolled so far; null when the fleet's object could not be asked" }),
    expiresAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: "EnrollmentToken" });
export type EnrollmentToken = z.infer<typeof enrollmentToken>;
export const createEnrollmentTokenBody = z.strictObject({
  name: displayName.default("enrolment"),
  labels: labels.default({}).meta({ description: "Given to every agent that enrols with the token" }),
  maxUses: z.number().int().min(1).max(100_000).nullable().default(1),
  expiresInSeconds: z.number().int().min(60).max(31_536_000).nullable().default(86_400),
});
export const createdEnrollmentToken = enrollmentToken
  .extend({
    secret: z.string().meta({ description: "Shown once" }),
    endpoint: z.string().meta({ description: "Where agents dial, `wss://…/v1/opamp`" }),
    command: z.string().meta({ description: "Starts an agent with this token" }),
  })
  .meta({ id: "CreatedEnrollmentToken" });
export type CreatedEnrollmentToken = z.infer<typeof createdEnrollmentToken>;
