import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Labels } from "../../domain/fleets/agent-state.ts";
import { driftPolicies } from "../../domain/fleets/drift.ts";
import type {
  EnrollmentTokenId,
  EnvironmentId,
  EventId,
  FleetId,
  OrganizationId,
  ProjectId,
  ReleaseId,
} from "../../domain/ids.ts";
import { type LogShipping, noShipping } from "../../domain/logs/logs.ts";
import { type MetricsCollection, noCollection } from "../../domain/metrics/collection.ts";

export const locationHints = ["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"] as const;
export type LocationHint = (typeof locationHints)[number];

export const fleets = sqliteTable(
  "fleets",
  {
    id: text("id").$type<FleetId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    projectId: text("project_id").$type<ProjectId>().notNull(),
    environmentId: text("environment_id").$type<EnvironmentId>().notNull(),
    name: text("name").notNull(),
    slug: text("slug").notNull(),
    locationHint: text("location_hint", { enum: locationHints }),
    /** Projected from the fleet's `rollout.succeeded` events; may lag. */
    currentReleaseId: text("current_release_id").$type<ReleaseId>(),
    /** Rises with each edit by a person; the ETag. */
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    /** The newest revision of the environment's policy that the fleet's object has taken. */
    policyDelivered: integer("policy_delivered").notNull().default(0),
    /** The event that told the current release; an older one that comes late changes nothing. */
    currentReleaseEvent: text("current_release_event").$type<EventId>(),
    driftPolicy: text("drift_policy", { enum: driftPolicies }).notNull().default("tell"),
    /** Rises with each change of `driftPolicy`. */
    driftRevision: integer("drift_revision").notNull().default(0),
    /** The newest revision that the fleet's object has taken. */
    driftDelivered: integer("drift_delivered").notNull().default(0),
    metricsCollection: text("metrics_collection", { mode: "json" })
      .$type<MetricsCollection>()
      .notNull()
      .default(noCollection),
    /** Rises with each change of `metricsCollection`. */
    metricsRevision: integer("metrics_revision").notNull().default(0),
    /** The newest revision that the fleet's object has taken. */
    metricsDelivered: integer("metrics_delivered").notNull().default(0),
    logShipping: text("log_shipping", { mode: "json" }).$type<LogShipping>().notNull().default(noShipping),
    /** Rises with each change of `logShipping`. */
    logShippingRevision: integer("log_shipping_revision").notNull().default(0),
    /** The newest revision that the fleet's object has taken. */
    logShippingDelivered: integer("log_shipping_delivered").notNull().default(0),
    /** When an agent that is away is told of; null = never. */
    offlineAfterSeconds: integer("offline_after_seconds"),
    /** Rises with each change of `offlineAfterSeconds`. */
    offlineRevision: integer("offline_revision").notNull().default(0),
    /** The newest revision that the fleet's object has taken. */
    offlineDelivered: integer("offline_delivered").notNull().default(0),
    /** `rewrapped_at` of the newest data keys that the fleet's object was told of. */
    secretsToldAt: integer("secrets_told_at").notNull().default(0),
  },
  (table) => [
    uniqueIndex("fleets_project_slug").on(table.projectId, table.slug),
    index("fleets_project").on(table.organizationId, table.projectId, table.id),
    index("fleets_environment").on(table.organizationId, table.environmentId, table.id),
  ],
);

/** The token itself is never stored: it is signed, so its id is enough. */
export const enrollmentTokens = sqliteTable(
  "enrollment_tokens",
  {
    id: text("id").$type<EnrollmentTokenId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    fleetId: text("fleet_id").$type<FleetId>().notNull(),
    name: text("name").notNull(),
    labels: text("labels", { mode: "json" }).$type<Labels>().notNull(),
    maxUses: integer("max_uses"),
    expiresAt: integer("expires_at"),
    revokedAt: integer("revoked_at"),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("enrollment_tokens_fleet").on(table.organizationId, table.fleetId, table.id)],
);
