/** The fleets' Worker with counters in it: what a fleet costs is counted in the object, and asked for over HTTP. */
import { type FleetEnv, Fleet as RealFleet } from "../../../durable-objects/fleet/fleet.ts";
import type { FleetCounters } from "../fleet-counters.ts";

export { Limits } from "../../../durable-objects/limits/limits.ts";
export { AgentLogs } from "../../../durable-objects/logs/agent-logs.ts";
export { Stream } from "../../../durable-objects/stream/stream.ts";

/** Outlives the object's memory, and ends with the isolate. */
const counts = { built: 0, messages: 0, alarms: 0, rowsWritten: 0, rowsRead: 0 };

/** Adds up what each statement's cursor says once it has been read to its end. */
function countRows(sql: SqlStorage): void {
  const exec = sql.exec.bind(sql);
  const counting = (query: string, ...values: SqlStorageValue[]) => {
    const cursor = exec(query, ...values);
    const rows = cursor.toArray();
    counts.rowsWritten += cursor.rowsWritten;
    counts.rowsRead += cursor.rowsRead;
    return {
      rowsWritten: cursor.rowsWritten,
      rowsRead: cursor.rowsRead,
      columnNames: cursor.columnNames,
      toArray: () => rows,
      one: () => {
        if (rows.length !== 1) throw new Error(`expected one row, not ${rows.length}`);
        return rows[0];
      },
      [Symbol.iterator]: () => rows[Symbol.iterator](),
      next: () => rows[Symbol.iterator]().next(),
    };
  };
  Object.defineProperty(sql, "exec", { value: counting });
}

export class Fleet extends RealFleet {
  readonly #storage: DurableObjectStorage;

  constructor(state: DurableObjectState, env: FleetEnv) {
    countRows(state.storage.sql);
    counts.built++;
    super(state, env);
    this.#storage = state.storage;
  }

  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== "/counters") return super.fetch(request);
    const counters: FleetCounters = { ...counts, alarmAtMs: await this.#storage.getAlarm() };
    return Response.json(counters);
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    counts.messages++;
    await super.webSocketMessage(socket, data);
  }

  override async alarm(): Promise<void> {
    counts.alarms++;
    await super.alarm();
  }
}

interface Env {
  FLEET: DurableObjectNamespace;
}

export default {
  /** `GET /<fleet>`: the counters of its object. */
  fetch(request: Request, env: Env): Promise<Response> {
    const name = new URL(request.url).pathname.slice(1);
    return env.FLEET.getByName(name).fetch("http://fleet/counters");
  },
} satisfies ExportedHandler<Env>;
