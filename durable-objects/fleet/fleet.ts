import { done, type Outcome, refuse, refused } from "../../domain/errors.ts";
import type { AgentId, EnrollmentTokenId } from "../../domain/ids.ts";
import { liveness } from "../../protocol/custom/agent.ts";
import type { ConfirmationRequest } from "../../protocol/rpc/confirmations.ts";
import {
  type ComponentsQuery,
  type FleetScope,
  type FleetSettings,
  fleetPaths,
  type ListAgents,
  type ListEvents,
} from "../../protocol/rpc/fleet.ts";
import type { OutboxMessage } from "../../protocol/rpc/outbox.ts";
import { closeQuietly } from "../shared/sockets.ts";
import { AgentDoor } from "./agent-door.ts";
import { countAgents, pageOfAgents } from "./agent-list.ts";
import { deleteAgent, restartAgent, revokeAgent, revokeToken } from "./agent-orders.ts";
import { agentDetailView, agentView } from "./agent-view.ts";
import { answer, outcome } from "./answer.ts";
import type { FleetParts } from "./assembly.ts";
import { erase, setClosed } from "./closing.ts";
import { countComponents } from "./components.ts";
import { repairView } from "./drift-view.ts";
import { explainAgent } from "./explain.ts";
import { OwnTelemetryRpc } from "./own-telemetry-rpc.ts";
import { programVersion } from "./package-status.ts";
import type { StoredAgent } from "./store.ts";
import { acceptViewer } from "./viewer-door.ts";

export interface FleetEnv {
  /** Ed25519 key as JWK JSON: signs agents' own credentials. */
  CREDENTIAL_PRIVATE_KEY: string;
  /** Master keys of organizations' data keys, as `parseMasterKeys` reads them. Needed once a release names a secret. */
  SECRETS_KEYS?: string;
  OUTBOX: Queue<OutboxMessage>;
  /** What webhook gates ask of outside systems. */
  CONFIRMATIONS: Queue<ConfirmationRequest>;
  STREAM?: DurableObjectNamespace;
  AGENT_LOGS?: DurableObjectNamespace;
  /** Seconds between the signs of life that agents are told to give; 30 when left out. */
  OPAMP_HEARTBEAT_SECONDS?: string;
}

/** One fleet of agents. Wiring only: the parts beside this file do the work. */
export class Fleet extends OwnTelemetryRpc {
  readonly #door: AgentDoor;

  constructor(ctx: DurableObjectState, env: FleetEnv) {
    super(ctx, env);
    this.#door = new AgentDoor(ctx, this.parts);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(liveness.ping, liveness.pong));
    void ctx.blockConcurrencyWhile(async () => this.parts.wake());
  }

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === fleetPaths.opamp) return this.#door.open(request);
    if (pathname === fleetPaths.live) return acceptViewer(this.ctx, this.parts, request);
    return new Response("Not found", { status: 404 });
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    if (this.#isAgent(socket)) await this.#door.receive(socket, data);
    else if (data !== liveness.ping) closeQuietly(socket, 1003, "The live feed takes no messages but ping");
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    closeQuietly(socket, code, "");
    if (this.#isAgent(socket)) await this.parts.inbox.closed(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    closeQuietly(socket, 1011, "");
    if (this.#isAgent(socket)) await this.parts.inbox.closed(socket);
  }

  /** Not by its tag, which the platform refuses to tell of a socket that closed while the object slept. */
  #isAgent(socket: WebSocket): boolean {
    return this.parts.sessions.principal(socket) !== null;
  }

  override async alarm(): Promise<void> {
    await this.parts.alarms.fire(this.parts.commits.nowMs());
  }

  async configure(scope: FleetScope, settings: FleetSettings): Promise<Outcome<null>> {
    return outcome(() => {
      this.parts.adopt(scope);
      this.parts.store.setEndpoint(settings.opampEndpoint);
      if (settings.agentLimit !== undefined) this.parts.store.setAgentLimit(settings.agentLimit);
      return null;
    });
  }

  async setClosed(scope: FleetScope, closed: boolean): Promise<Outcome<null>> {
    return outcome(() => {
      this.parts.adopt(scope);
      setClosed(this.ctx, this.parts, closed);
      return null;
    });
  }

  async erase(scope: FleetScope): Promise<Outcome<null>> {
    const known = outcome(() => this.parts.adopt(scope));
    if (!known.ok) return known;
    if (!(await this.parts.logs.erase())) {
      return refused({ code: "conflict", detail: "Some agents' kept logs are left: call again" });
    }
    await this.ctx.blockConcurrencyWhile(() => erase(this.ctx, this.parts, scope));
    return done(null);
  }

  async summary(scope: FleetScope) {
    return this.#answer(scope, ({ store, sweep, rollouts }) => {
      sweep();
      return {
        counts: countAgents(store.agents.values()),
        activeRolloutId: rollouts.activeId(),
        currentReleaseId: rollouts.currentRelease()?.id ?? null,
      };
    });
  }

  async listAgents(scope: FleetScope, query: ListAgents) {
    return this.#answer(scope, ({ store, sweep }) => {
      sweep();
      const page = pageOfAgents(store.agents.values(), query, (agent) => this.#lastSeenMs(agent));
      return { ...page, items: page.items.map((agent) => agentView(agent, scope, this.#sessionMs(agent))) };
    });
  }

  async getAgent(scope: FleetScope, agentId: AgentId) {
    return this.#answer(scope, (parts) => {
      parts.sweep();
      const agent = this.#agent(agentId);
      return agentDetailView(agent, scope, this.#sessionMs(agent), parts);
    });
  }

  async fleetComponents(scope: FleetScope, query: ComponentsQuery) {
    return this.#answer(scope, ({ store, components }) =>
      countComponents(store.agents.values(), components, (agent) => programVersion(store, agent), query),
    );
  }

  async explainAgent(scope: FleetScope, agentId: AgentId) {
    return this.#answer(scope, ({ sweep, rollouts, drift, offline }) => {
      sweep();
      const agent = this.#agent(agentId);
      const repair = agent.drift ? repairView(drift, agent) : null;
      const { afterSeconds: offlineAfterSeconds } = offline;
      return explainAgent(agent, rollouts.reader.standing(agent), { repair, offlineAfterSeconds });
    });
  }

  async revokeAgent(scope: FleetScope, agentId: AgentId, actor: string) {
    return this.#answer(scope, (parts) => {
      const agent = this.#agent(agentId);
      parts.commits.commit((tx) => revokeAgent(tx, parts, agent, actor));
      return agentView(agent, scope, null);
    });
  }

  async deleteAgent(scope: FleetScope, agentId: AgentId, actor: string) {
    return this.#answer(scope, (parts) => {
      deleteAgent(parts, this.#agent(agentId), actor);
      return null;
    });
  }

  async restartAgent(scope: FleetScope, agentId: AgentId, actor: string) {
    return this.#answer(scope, (parts) => {
      parts.sweep();
      const agent = this.#agent(agentId);
      restartAgent(parts, agent, actor);
      return agentView(agent, scope, this.#sessionMs(agent));
    });
  }

  async tokenUses(scope: FleetScope): Promise<Outcome<Record<EnrollmentTokenId, number>>> {
    return this.#answer(scope, ({ store }) =>
      Object.fromEntries([...store.tokens.values()].map((token) => [token.id, token.uses])),
    );
  }

  async revokeEnrollmentToken(scope: FleetScope, tokenId: EnrollmentTokenId, actor: string) {
    return this.#answer(scope, (parts) => {
      revokeToken(parts, tokenId, actor);
      return null;
    });
  }

  async listEvents(scope: FleetScope, query: ListEvents) {
    return this.#answer(scope, ({ events }) => events.page(query));
  }

  async openUsage(scope: FleetScope, fromMs: number) {
    return this.#answer(scope, ({ meter, sweep, commits }) => {
      sweep();
      return meter.openUsage(fromMs, commits.nowMs());
    });
  }

  async flushUsage(scope: FleetScope) {
    return this.#answer(scope, ({ meter, sweep, commits }) => {
      sweep();
      commits.commit((tx) => meter.stateClosedHours(tx));
      return null;
    });
  }

  #agent(agentId: AgentId): StoredAgent {
    return (
      this.parts.store.agents.get(agentId) ??
      refuse("not_found", `There is no agent ${agentId} in this fleet: list the fleet's agents`)
    );
  }

  #sessionMs(agent: StoredAgent): number | null {
    const session = this.parts.sessions.of(agent.id);
    return session ? this.parts.sessions.lastSeenMs(session) : null;
  }

  #lastSeenMs(agent: StoredAgent): number | null {
    return this.#sessionMs(agent) ?? agent.disconnectedAt;
  }

  #answer<T>(scope: FleetScope, work: (parts: FleetParts) => T): Outcome<T> {
    return answer(this.parts, scope, work);
  }
}
