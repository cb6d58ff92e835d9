import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Id, OrganizationId } from "../../domain/ids.ts";

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
  },
  (table) => [index("audit_events_organization").on(table.organizationId, table.id)],
);

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
