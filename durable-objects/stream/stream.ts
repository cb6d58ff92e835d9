import { DurableObject } from "cloudflare:workers";
import { done, type Outcome, refused } from "../../domain/errors.ts";
import type { StreamEndReason } from "../../domain/streams/streams.ts";
import { liveness } from "../../protocol/custom/agent.ts";
import { streamSubprotocol } from "../../protocol/custom/streams.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { OutboxMessage } from "../../protocol/rpc/outbox.ts";
import {
  type StreamFacts,
  type StreamPrincipal,
  type StreamRpc,
  streamPrincipalHeader,
} from "../../protocol/rpc/streams.ts";
import { Alarms } from "../shared/alarms.ts";
import { hasSchema, migrate } from "../shared/migrator.ts";
import { Outbox } from "../shared/outbox.ts";
import { closeQuietly } from "../shared/sockets.ts";
import { tableSource } from "../shared/table-source.ts";
import { admit } from "./admit.ts";
import { dueOf, rightDueMs } from "./dues.ts";
import { Recording } from "./recording.ts";
import { streamSteps } from "./schema.ts";
import { StreamSession } from "./session.ts";
import { Sides } from "./sides.ts";
import { type StreamRecord, StreamStore } from "./store.ts";

export interface StreamEnv {
  OUTBOX: Queue<OutboxMessage>;
}

/** One stream between a viewer and an agent. Wiring only: `session.ts` says what happens. */
export class Stream extends DurableObject<StreamEnv> implements StreamRpc {
  readonly #store: StreamStore;
  readonly #sides: Sides;
  readonly #recording: Recording;
  readonly #session: StreamSession;
  readonly #alarms: Alarms;
  readonly #outbox: Outbox<OutboxMessage>;

  constructor(ctx: DurableObjectState, env: StreamEnv) {
    super(ctx, env);
    const { storage } = ctx;
    this.#store = new StreamStore(storage.sql);
    this.#sides = new Sides(ctx);
    this.#recording = new Recording(storage.sql);
    this.#outbox = new Outbox(
      tableSource<OutboxMessage>(storage.sql, "outbox", env.OUTBOX, (error, attempt) =>
        this.#log(`outbox: batch not taken, attempt ${attempt}`, error),
      ),
    );
    this.#session = new StreamSession({
      store: this.#store,
      sides: this.#sides,
      recording: this.#recording,
      transaction: (work) => storage.transactionSync(work),
      onTold: () => {
        this.#outbox.added();
        ctx.waitUntil(this.#outbox.drain(Date.now()).then(() => this.#alarms.arm()));
      },
    });
    this.#alarms = new Alarms(
      storage,
      [
        {
          name: "limits",
          nextDueMs: () => this.#limitMs(),
          onDue: (nowMs) => this.#onLimit(nowMs),
        },
        {
          name: "silence",
          nextDueMs: () => (this.#store.live ? this.#sides.silentAtMs() : null),
          onDue: (nowMs) => this.#endSilent(nowMs),
        },
        {
          name: "right",
          nextDueMs: () => rightDueMs(this.#store.record),
          onDue: (nowMs) => this.#session.askRight(nowMs),
        },
        {
          name: "recording",
          nextDueMs: () => this.#recording.nextDueMs(),
          onDue: () => this.#recording.flush(),
        },
        {
          name: "outbox",
          nextDueMs: () => this.#outbox.nextDueMs(Date.now()),
          onDue: (nowMs) => this.#outbox.drain(nowMs),
        },
      ],
      (name, error) => this.#log(`alarm ${name} failed`, error),
    );
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(liveness.ping, liveness.pong));
    void ctx.blockConcurrencyWhile(async () => {
      if (hasSchema(storage.sql)) this.#wake();
      await this.#alarms.arm();
    });
  }

  /** One that ended before both sides met may be opened again: what was to write it down may have failed. */
  async open(facts: StreamFacts): Promise<Outcome<null>> {
    const { record } = this.#store;
    if (record?.end && record.startedAtMs !== null) {
      return refused({
        code: "conflict",
        detail: "It was opened before, and has ended: ask for another",
      });
    }
    if (!record) this.#wake();
    const openings = facts.opening === undefined ? [] : [facts.opening];
    if (!record || record.end) {
      const fresh = { startedAtMs: null, viewerLostAtMs: null, exit: null, end: null };
      this.#store.save({ facts, openings, ...fresh });
      await this.#alarms.arm();
    } else if (record.startedAtMs === null) {
      this.#store.save({ ...record, openings: [...(record.openings ?? []), ...openings] });
    }
    return done(null);
  }

  async end(scope: FleetScope, reason: StreamEndReason, opening?: number): Promise<Outcome<null>> {
    return this.#answer(scope, ({ openings = [] }) => {
      const isOthers = opening !== undefined && openings.some((other) => other !== opening);
      if (!isOthers) this.#session.finish(reason, Date.now());
      return null;
    });
  }

  async recording(scope: FleetScope, after: number) {
    return this.#answer(scope, () => this.#recording.read(after));
  }

  override async fetch(request: Request): Promise<Response> {
    const header = request.headers.get(streamPrincipalHeader);
    if (!header) return new Response("No stream principal", { status: 401 });
    // Written by the gateway, which verified the ticket; no other caller can reach this object.
    const principal = JSON.parse(header) as StreamPrincipal;
    const problem = admit(this.#store, this.#sides.of("agent") !== null, principal);
    if (problem) return new Response(problem.text, { status: problem.status });
    const { 0: client, 1: server } = new WebSocketPair();
    this.#session.join(server, principal, Date.now());
    await this.#alarms.arm();
    const offered = request.headers.get("sec-websocket-protocol") ?? "";
    const speaks = offered.split(",").some((protocol) => protocol.trim() === streamSubprotocol);
    const headers = speaks ? { "sec-websocket-protocol": streamSubprotocol } : undefined;
    return new Response(null, { status: 101, webSocket: client, ...(headers && { headers }) });
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    if (typeof data === "string") {
      if (data !== liveness.ping) closeQuietly(socket, 1003, "Frames of a stream are binary");
      return;
    }
    this.#session.receive(socket, new Uint8Array(data), Date.now());
    await this.#alarms.arm();
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    closeQuietly(socket, code, "");
    this.#session.gone(socket, code, Date.now());
    await this.#alarms.arm();
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    closeQuietly(socket, 1011, "");
    this.#session.gone(socket, 1011, Date.now());
    await this.#alarms.arm();
  }

  override async alarm(): Promise<void> {
    await this.#alarms.fire(Date.now());
  }

  async #onLimit(nowMs: number): Promise<void> {
    if (!this.#session.onLimit(nowMs)) return;
    this.#store.forget();
    await this.ctx.storage.deleteAll();
  }

  #limitMs(): number | null {
    const due = dueOf(this.#store.record, this.#sides.lastByteMs());
    // Nothing is forgotten before its end was told.
    const waits = due?.reason === "forget" && this.#outbox.nextDueMs(0) !== null;
    return waits ? null : (due?.atMs ?? null);
  }

  #wake(): void {
    migrate(this.ctx.storage, streamSteps);
    this.#store.load();
    this.#recording.load();
    this.#outbox.load();
  }

  #endSilent(nowMs: number): void {
    for (const socket of this.#sides.silent(nowMs)) {
      closeQuietly(socket, 1011, "No sign of life");
      this.#session.gone(socket, 1011, nowMs);
    }
  }

  #answer<T>(scope: FleetScope, work: (record: StreamRecord) => T): Outcome<T> {
    const { record } = this.#store;
    const { facts } = record ?? {};
    if (!record || facts?.organizationId !== scope.organizationId || facts.fleetId !== scope.fleetId) {
      return refused({ code: "not_found", detail: "There is no such stream, or what it kept is gone" });
    }
    return done(work(record));
  }

  #log(what: string, error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const streamId = this.#store.record?.facts.streamId ?? null;
    console.error(JSON.stringify({ level: "error", message: what, streamId, error: detail }));
  }
}
