import { DurableObject } from "cloudflare:workers";
import { DomainError, done, type Outcome, refused } from "../../domain/errors.ts";
import type { LogShipping } from "../../domain/logs/logs.ts";
import { hourMs, hourOf } from "../../domain/usage/hours.ts";
import { liveness } from "../../protocol/custom/agent.ts";
import type { ShipAnswer } from "../../protocol/custom/logs.ts";
import {
  type AgentLogsRpc,
  type ReadKeptLogs,
  type Shipper,
  shipperHeader,
} from "../../protocol/rpc/agent-logs.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import { Alarms } from "../shared/alarms.ts";
import { hasSchema, migrate } from "../shared/migrator.ts";
import { closeQuietly, readAttachment, sendQuietly, writeAttachment } from "../shared/sockets.ts";
import { fleetStub } from "../stubs.ts";
import { type Batch, BatchError, readBatch } from "./batch.ts";
import { LogStore } from "./log-store.ts";
import { agentLogSteps } from "./schema.ts";
import { searchLogs } from "./search.ts";

export interface AgentLogsEnv {
  FLEET: DurableObjectNamespace;
}

/** An agent's permission is asked for anew after so long. */
const connectionMs = 3_600_000;
/** Hours are told so long after their end, spread over as much again so that agents do not all come at once. */
const statementDelayMs = 10_000;
const statementSpreadMs = 90_000;
const dayMs = 24 * hourMs;
const bytesPerMegabyte = 1_000_000;

/** What agents of one object shipped: kept, searched, and forgotten. */
export class AgentLogs extends DurableObject<AgentLogsEnv> implements AgentLogsRpc {
  readonly #store: LogStore;
  readonly #alarms: Alarms;
  readonly #spreadMs: number;
  #turn: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: AgentLogsEnv) {
    super(ctx, env);
    this.#store = new LogStore(ctx.storage.sql);
    this.#spreadMs = Number.parseInt(ctx.id.toString().slice(0, 6), 16) % statementSpreadMs;
    this.#alarms = new Alarms(
      ctx.storage,
      [
        {
          name: "usage",
          nextDueMs: () => {
            const hour = this.#store.oldestUnstated();
            return hour === null ? null : hour + hourMs + statementDelayMs + this.#spreadMs;
          },
          onDue: (nowMs) => this.#state(nowMs),
        },
        {
          name: "retention",
          nextDueMs: () => this.#store.nextExpiryMs(),
          onDue: async (nowMs) => {
            await this.#state(nowMs);
            this.#store.expire(nowMs);
          },
        },
      ],
      (name, error) => this.#log(`alarm ${name} failed`, error),
    );
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(liveness.ping, liveness.pong));
    void ctx.blockConcurrencyWhile(async () => {
      if (hasSchema(ctx.storage.sql)) this.#wake();
    });
  }

  override async fetch(request: Request): Promise<Response> {
    const header = request.headers.get(shipperHeader);
    if (!header) return new Response("No shipper", { status: 401 });
    // Written by the gateway, which verified the credential; no other caller can reach this object.
    const { agentId, generation, ...scope } = JSON.parse(header) as Shipper;
    const admitted = await fleetStub(this.env.FLEET, scope.fleetId).admitShipping(scope, agentId, generation);
    if (!admitted.ok) {
      const { code, detail } = admitted.refusal;
      return new Response(detail, {
        status: code === "unauthenticated" ? 401 : code === "not_found" ? 404 : 409,
      });
    }
    if (!this.#store.facts) this.#wake();
    const statedUntil = this.#store.facts?.statedUntil ?? hourOf(Date.now());
    this.#store.saveFacts({ scope, agentId, shipping: admitted.value, statedUntil });
    for (const socket of this.ctx.getWebSockets())
      closeQuietly(socket, 1000, "Another connection took its place");
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    writeAttachment(server, { sinceMs: Date.now() });
    await this.#alarms.arm();
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    if (typeof data === "string") {
      if (data !== liveness.ping) closeQuietly(socket, 1003, "Batches are binary");
      return;
    }
    // In the order in which they came: the one that is unpacked first would hide the one before.
    const turn = this.#turn.then(() => this.#receive(socket, new Uint8Array(data)));
    this.#turn = turn.catch(() => undefined);
    await turn;
  }

  async #receive(socket: WebSocket, packed: Uint8Array): Promise<void> {
    if (!this.#store.facts) return closeQuietly(socket, 1000, "What this agent shipped was erased");
    try {
      const batch = await readBatch(packed);
      sendQuietly(socket, JSON.stringify(this.#take(batch, packed, Date.now())));
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      closeQuietly(socket, 1007, error.message);
      return;
    }
    await this.#alarms.arm();
    const { sinceMs } = readAttachment<{ sinceMs: number }>(socket) ?? { sinceMs: 0 };
    if (Date.now() - sinceMs > connectionMs) closeQuietly(socket, 1000, "Dial again");
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    closeQuietly(socket, code, "");
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    closeQuietly(socket, 1011, "");
  }

  override async alarm(): Promise<void> {
    await this.#alarms.fire(Date.now());
  }

  async read(scope: FleetScope, query: ReadKeptLogs) {
    if (!this.#isOf(scope)) {
      // An agent that never shipped has an object that knows nothing.
      const kept = { bytes: 0, oldestAt: null, newestAt: null, todayBytes: 0, sources: [] };
      return this.#store.facts === null ? done({ items: [], nextCursor: null, kept }) : this.#missing();
    }
    const { bytes, oldestMs, newestMs, sources } = this.#store.totals();
    const text = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
    const kept = {
      bytes,
      oldestAt: text(oldestMs),
      newestAt: text(newestMs),
      todayBytes: this.#store.todayBytes(Date.now()),
      sources,
    };
    try {
      return done({ ...(await searchLogs(this.#store, query)), kept });
    } catch (error) {
      if (error instanceof DomainError) return refused(error.refusal);
      throw error;
    }
  }

  async changed(scope: FleetScope, shipping: LogShipping | null): Promise<Outcome<null>> {
    const { facts } = this.#store;
    if (!facts || !this.#isOf(scope)) return done(null);
    if (shipping) this.#store.saveFacts({ ...facts, shipping });
    this.#sendAway("Ask again whether to ship");
    await this.#alarms.arm();
    return done(null);
  }

  async erase(scope: FleetScope): Promise<Outcome<null>> {
    if (!this.#isOf(scope)) return done(null);
    this.#sendAway("What this agent shipped was erased");
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#store.forget();
    return done(null);
  }

  #wake(): void {
    migrate(this.ctx.storage, agentLogSteps);
    this.#store.load();
  }

  #take(batch: Batch, packed: Uint8Array, nowMs: number): ShipAnswer {
    if (!this.#store.has(batch)) {
      const quota = (this.#store.facts?.shipping.dailyMegabytes ?? 0) * bytesPerMegabyte;
      if (this.#store.todayBytes(nowMs) + batch.bytes > quota) {
        const untilMs = Math.floor(nowMs / dayMs) * dayMs + dayMs;
        return { type: "quota", batch: batch.batch, untilMs };
      }
      this.ctx.storage.transactionSync(() => this.#store.add(batch, packed, nowMs));
    }
    return { type: "stored", batch: batch.batch };
  }

  /** Tells the fleet's meter of the hours that have closed. What it does not take is told again. */
  async #state(nowMs: number): Promise<void> {
    const { facts } = this.#store;
    const hours = this.#store.unstatedHours(nowMs);
    if (!facts || hours.length === 0) return;
    const { fleetId } = facts.scope;
    const told = await fleetStub(this.env.FLEET, fleetId).stateShippedLogs(facts.scope, facts.agentId, hours);
    if (!told.ok && told.refusal.code !== "not_found")
      throw new Error(`usage not taken: ${told.refusal.detail}`);
    const last = hours.at(-1)?.hour ?? 0;
    // Read anew: a connection may have come meanwhile.
    this.#store.saveFacts({ ...(this.#store.facts ?? facts), statedUntil: last + hourMs });
  }

  #isOf(scope: FleetScope): boolean {
    const own = this.#store.facts?.scope;
    return own?.organizationId === scope.organizationId && own.fleetId === scope.fleetId;
  }

  #missing() {
    return refused({ code: "not_found", detail: "There are no logs of such an agent in this fleet" });
  }

  #sendAway(reason: string): void {
    for (const socket of this.ctx.getWebSockets()) closeQuietly(socket, 1000, reason);
  }

  #log(what: string, error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const agentId = this.#store.facts?.agentId ?? null;
    console.error(JSON.stringify({ level: "error", message: what, agentId, error: detail }));
  }
}
