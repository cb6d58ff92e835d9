import type { AgentId, StreamId } from "../../domain/ids.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { StreamRpc } from "../../protocol/rpc/streams.ts";
import type { FleetTx } from "./commits.ts";

interface Parts {
  sql: SqlStorage;
  scope: () => FleetScope;
  stream: (streamId: StreamId) => StreamRpc;
  /** What leaves after the commit. */
  background: (work: Promise<unknown>) => void;
}

/** The streams of the fleet's agents that are open now. Each has an object of its own, which is told when it must end. */
export class OpenStreams {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The agent was revoked, decommissioned or deleted: nobody goes on working there. */
  onGone(tx: FleetTx, agentId: AgentId): void {
    this.#end(tx, "SELECT id FROM open_streams WHERE agent_id = ?", agentId);
  }

  /** The organization was deleted. */
  onClosed(tx: FleetTx): void {
    this.#end(tx, "SELECT id FROM open_streams");
  }

  /** Their rows go once the streams have told their end. */
  #end(tx: FleetTx, query: string, ...values: string[]): void {
    const { sql, scope, stream, background } = this.#parts;
    const open = sql.exec<{ id: StreamId }>(query, ...values).toArray();
    if (open.length === 0) return;
    const own = scope();
    tx.after(() => {
      for (const { id } of open) background(stream(id).end(own, "ended"));
    });
  }
}
