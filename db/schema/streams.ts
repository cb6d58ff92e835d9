import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type {
  AgentId,
  EnvironmentId,
  FleetId,
  OrganizationId,
  ProjectId,
  StreamId,
  UserId,
} from "../../domain/ids.ts";
import { storedExecStates } from "../../domain/streams/exec-sessions.ts";
import { streamEndReasons } from "../../domain/streams/streams.ts";

/** Commands that people ran, or asked to run, on agents' hosts. The id is that of the stream. */
export const execSessions = sqliteTable(
  "exec_sessions",
  {
    id: text("id").$type<StreamId>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    projectId: text("project_id").$type<ProjectId>().notNull(),
    environmentId: text("environment_id").$type<EnvironmentId>().notNull(),
    fleetId: text("fleet_id").$type<FleetId>().notNull(),
    agentId: text("agent_id").$type<AgentId>().notNull(),
    agentName: text("agent_name").notNull(),
    state: text("state", { enum: storedExecStates }).notNull(),
    actor: text("actor").notNull(),
    actorName: text("actor_name").notNull(),
    /** The person behind the actor, who may not approve it; null = not known. */
    person: text("person").$type<UserId>(),
    command: text("command", { mode: "json" }).$type<string[]>().notNull(),
    container: text("container"),
    tty: integer("tty", { mode: "boolean" }).notNull(),
    cols: integer("cols").notNull(),
    rows: integer("rows").notNull(),
    term: text("term").notNull(),
    record: integer("record", { mode: "boolean" }).notNull(),
    why: text("why"),
    idleSeconds: integer("idle_seconds").notNull(),
    maxSeconds: integer("max_seconds").notNull(),
    createdAt: integer("created_at").notNull(),
    /** Until when it may be approved or opened; of an open one, when it is over at the latest. */
    expiresAt: integer("expires_at").notNull(),
    decidedBy: text("decided_by"),
    decidedAt: integer("decided_at"),
    comment: text("comment"),
    openedAt: integer("opened_at"),
    startedAt: integer("started_at"),
    endedAt: integer("ended_at"),
    reason: text("reason", { enum: streamEndReasons }),
    exitCode: integer("exit_code"),
    signal: text("signal"),
    bytesIn: integer("bytes_in").notNull().default(0),
    bytesOut: integer("bytes_out").notNull().default(0),
    recordedBytes: integer("recorded_bytes").notNull().default(0),
  },
  (table) => [
    index("exec_sessions_organization").on(table.organizationId, table.id),
    index("exec_sessions_agent").on(table.organizationId, table.agentId, table.id),
    index("exec_sessions_fleet").on(table.organizationId, table.fleetId, table.id),
    index("exec_sessions_state").on(table.organizationId, table.state, table.id),
  ],
);
