import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Id, OrganizationId, ServiceAccountId, UserId } from "../../domain/ids.ts";

/** As receipts have it. */
export interface StoredChange {
  path: string;
  before?: unknown;
  after?: unknown;
}

/** Append-only and chained: triggers refuse every change but sealing, and removal up to the anchor. */
export const auditEvents = sqliteTable(
  "audit_events",
  {
    id: text("id").$type<Id<"auditEvent">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    at: integer("at").notNull(),
    /** User id or API key id. */
    actor: text("actor").notNull(),
    /** `noun.verb` */
    action: text("action").notNull(),
    /** Id of what was acted on. */
    target: text("target").notNull(),
    summary: text("summary").notNull(),
    requestId: text("request_id").notNull(),
    /** 1, 2, 3 … within the organization; set by the insert itself, and demanded by a trigger. */
    seq: integer("seq"),
    actorName: text("actor_name").notNull().default(""),
    /** The person or service account that a key stands for. */
    onBehalfOf: text("on_behalf_of").$type<UserId | ServiceAccountId>(),
    /** Secrets are masked before they come here. */
    changes: text("changes", { mode: "json" }).$type<StoredChange[]>().notNull().default([]),
    address: text("address").notNull().default(""),
    userAgent: text("user_agent").notNull().default(""),
    sensitiveRead: integer("sensitive_read", { mode: "boolean" }).notNull().default(false),
    /** Hex sha256 of the hash before and of this row; null = not sealed yet. */
    hash: text("hash"),
  },
  (table) => [
    index("audit_events_organization").on(table.organizationId, table.id),
    uniqueIndex("audit_events_seq").on(table.organizationId, table.seq),
    index("audit_events_unsealed").on(table.organizationId, table.seq).where(sql`hash is null`),
    index("audit_events_actor").on(table.organizationId, table.actor, table.id),
    index("audit_events_on_behalf_of").on(table.organizationId, table.onBehalfOf, table.id),
    index("audit_events_action").on(table.organizationId, table.action, table.id),
    index("audit_events_target").on(table.organizationId, table.target, table.id),
  ],
);

/** Where the chain begins since older rows were removed at the end of their retention. */
export const auditAnchors = sqliteTable("audit_anchors", {
  organizationId: text("organization_id").$type<OrganizationId>().primaryKey(),
  /** Of the newest row that was removed. */
  seq: integer("seq").notNull(),
  hash: text("hash").notNull(),
  removedBefore: integer("removed_before").notNull(),
});

/** First answers to writes, kept for 24 hours. No organization id: a key belongs to its actor, who may act in many. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    /** Hex sha256 of actor id and key. */
    id: text("id").primaryKey(),
    /** Hex sha256 of method, path, query and body. */
    requestHash: text("request_hash").notNull(),
    /** null while the first request is still running. */
    status: integer("status"),
    /** The first answer, sealed with a key that the store does not hold: it may carry a secret shown once. */
    answer: text("answer"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("idempotency_keys_created").on(table.createdAt)],
);
