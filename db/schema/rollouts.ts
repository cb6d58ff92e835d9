import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { type FrozenInputs, noInputs } from "../../domain/configs/inputs/values.ts";
import type { Reapply } from "../../domain/fleets/drift.ts";
import type {
  AgentId,
  ConfigId,
  ConfigVersionId,
  EventId,
  FleetId,
  OrganizationId,
  ReleaseId,
  RolloutId,
  UserId,
} from "../../domain/ids.ts";
import type { ActiveChoice, MaintenanceWindow } from "../../domain/rollouts/policy.ts";
import type { RolloutAgentState, RolloutState } from "../../domain/rollouts/states.ts";

export interface StoredAssignment {
  configId: ConfigId;
  configName: string;
  kind: string;
  versionId: ConfigVersionId;
  version: number;
  sha256: string;
  selector: string;
  fileName: string;
  /** Of a container app: the image as it was looked up for the release. */
  image?: { ref: string; digest: string };
}

export interface StoredPackage {
  name: string;
  version: string;
  url: string;
  sha256: string;
  signature: string | null;
  type: "top-level" | "addon";
  selector: string;
}

export interface StoredApproval {
  required: boolean;
  by: string | null;
  verdict: "approve" | "reject" | null;
  comment: string | null;
  at: string | null;
}

/** Immutable once written. */
export const releases = sqliteTable(
  "releases",
  {
    id: text("id").$type<ReleaseId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    fleetId: text("fleet_id").$type<FleetId>().notNull(),
    number: integer("number").notNull(),
    assignments: text("assignments", { mode: "json" }).$type<StoredAssignment[]>().notNull(),
    message: text("message"),
    author: text("author").notNull(),
    createdAt: integer("created_at").notNull(),
    packages: text("packages", { mode: "json" }).$type<StoredPackage[]>().notNull().default([]),
    inputs: text("inputs", { mode: "json" }).$type<FrozenInputs>().notNull().default(noInputs),
  },
  (table) => [
    uniqueIndex("releases_number").on(table.fleetId, table.number),
    index("releases_fleet").on(table.organizationId, table.fleetId, table.id),
  ],
);

/** The order, and a summary projected from the fleet's events; the Fleet object owns the running rollout. */
export const rollouts = sqliteTable(
  "rollouts",
  {
    id: text("id").$type<RolloutId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    fleetId: text("fleet_id").$type<FleetId>().notNull(),
    releaseId: text("release_id").$type<ReleaseId>().notNull(),
    releaseNumber: integer("release_number").notNull(),
    strategy: text("strategy", { mode: "json" }).$type<unknown>().notNull(),
    gates: text("gates", { mode: "json" }).$type<unknown>().notNull(),
    autoRevert: integer("auto_revert", { mode: "boolean" }).notNull(),
    message: text("message"),
    author: text("author").notNull(),
    actor: text("actor").notNull(),
    createdAt: integer("created_at").notNull(),
    /** When the fleet took the order; null = it must be sent (again). */
    deliveredAt: integer("delivered_at"),
    state: text("state").$type<RolloutState>().notNull(),
    reason: text("reason"),
    counts: text("counts", { mode: "json" }).$type<Record<RolloutAgentState, number>>().notNull(),
    total: integer("total").notNull(),
    startedAt: integer("started_at"),
    endedAt: integer("ended_at"),
    /** The newest event that changed the summary; older ones that come late change nothing. */
    lastEventId: text("last_event_id").$type<EventId>(),
    /** From the dry run: the fleet refuses the order when its plan would now differ. */
    planToken: text("plan_token"),
    /** How often the cron job has sent the order again. */
    deliveryAttempts: integer("delivery_attempts").notNull().default(0),
    /** When it is sent again; null = as soon as the cron job comes to it. */
    nextDeliveryAt: integer("next_delivery_at"),
    /** null = as soon as it may. */
    schedule: text("schedule", { mode: "json" }).$type<{
      startAt: string | null;
      windows: MaintenanceWindow[];
    }>(),
    onActive: text("on_active").$type<ActiveChoice>().notNull().default("refuse"),
    revertOf: text("revert_of").$type<RolloutId>(),
    /** Whether its environment was protected when it was ordered: what was asked then counts. */
    protected: integer("protected", { mode: "boolean" }).notNull().default(false),
    /** The person behind the actor; null = not known. */
    person: text("person").$type<UserId>(),
    approval: text("approval", { mode: "json" }).$type<StoredApproval>(),
    freezeOverride: text("freeze_override", { mode: "json" }).$type<{ by: string; reason: string }>(),
    /** It gives drifted agents anew what they run already; null = it does not. */
    reapply: text("reapply", { mode: "json" }).$type<Reapply>(),
  },
  (table) => [
    index("rollouts_fleet").on(table.organizationId, table.fleetId, table.id),
    index("rollouts_fleet_state").on(table.organizationId, table.fleetId, table.state, table.id),
    index("rollouts_delivered").on(table.deliveredAt, table.createdAt),
  ],
);

/** History of `history` events, exactly once by id. */
export const events = sqliteTable(
  "events",
  {
    id: text("id").$type<EventId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    fleetId: text("fleet_id").$type<FleetId>().notNull(),
    type: text("type").notNull(),
    at: integer("at").notNull(),
    agentId: text("agent_id").$type<AgentId>(),
    rolloutId: text("rollout_id").$type<RolloutId>(),
    actor: text("actor"),
    summary: text("summary").notNull(),
    data: text("data", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
  },
  (table) => [index("events_organization").on(table.organizationId, table.id)],
);
