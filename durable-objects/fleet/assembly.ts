import { refuse } from "../../domain/errors.ts";
import type { AgentId } from "../../domain/ids.ts";
import { metricsCapability, stagingCapability } from "../../protocol/custom/agent.ts";

import { limits } from "../../protocol/opamp/limits.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import { Alarms } from "../shared/alarms.ts";
import { migrate } from "../shared/migrator.ts";
import { Outbox } from "../shared/outbox.ts";
import { sendQuietly } from "../shared/sockets.ts";
import { tableSource } from "../shared/table-source.ts";
import { agentLogsStub, streamStub } from "../stubs.ts";
import { sendRestart } from "./agent-orders.ts";
import { agentView } from "./agent-view.ts";
import { Commits } from "./commits.ts";
import { ComponentSets, componentFacts } from "./components.ts";
import { CredentialMint, credentialOffer } from "./credentials.ts";
import { type CustomFrame, sendCustom, stageFrame, watchFrame } from "./custom-messages.ts";
import { DriftKeeper } from "./drift-keeper.ts";
import { EventLog } from "./events.ts";
import type { FleetEnv } from "./fleet.ts";
import { Inbox } from "./inbox.ts";
import { LiveFeed, viewerTag } from "./live-feed.ts";
import { LogKeeper } from "./log-keeper.ts";
import { Meter } from "./meter.ts";
import { MetricCollector } from "./metric-collector.ts";
import { Offers } from "./offers.ts";
import { OfflineWatch } from "./offline-watch.ts";
import { OpenStreams } from "./open-streams.ts";
import { OwnTelemetryKeeper } from "./own-telemetry.ts";
import { expectedPackages, programVersion } from "./package-status.ts";
import type { MeterPart } from "./parts.ts";
import { Restarts } from "./restarts.ts";
import { RolloutCommands } from "./rollout-commands.ts";
import { RolloutOrders } from "./rollout-orders.ts";
import { RolloutRunner } from "./rollout-runner.ts";
import { fleetSteps } from "./schema.ts";
import { FleetSecrets } from "./secrets.ts";
import { agentTag, Sessions } from "./sessions.ts";
import { FleetStore, type StoredAgent } from "./store.ts";
import { sweepSilent } from "./sweep.ts";
import { takesPackages } from "./wanted.ts";

export interface FleetParts {
  store: FleetStore;
  components: ComponentSets;
  events: EventLog;
  sessions: Sessions;
  commits: Commits;
  rollouts: RolloutRunner;
  orders: RolloutOrders;
  commands: RolloutCommands;
  meter: MeterPart;
  drift: DriftKeeper;
  metrics: MetricCollector;
  restarts: Restarts;
  logs: LogKeeper;
  streams: OpenStreams;
  ownTelemetry: OwnTelemetryKeeper;
  offline: OfflineWatch;
  secrets: FleetSecrets;
  live: LiveFeed;
  inbox: Inbox;
  alarms: Alarms;
  /** Loads rows and sockets, and settles what happened while the object was away. */
  wake(): Promise<void>;
  /** Makes the fleet this tenant's; refuses when it is another's. */
  adopt(scope: FleetScope): void;
  /** Finds agents that fell silent. Cheap; called when somebody asks. */
  sweep(): void;
  log(what: string, error: unknown): void;
}

/** An object that foreign heartbeats keep awake settles so often. */
const settleEveryMs = 10 * 60_000;

/** A wanted hash whose files are gone is a defect: the fleet must not offer an empty config in their stead. */
function missing(hash: string): never {
  throw new Error(`The files of config ${hash} are not held`);
}

/** Makes the parts of one Fleet object and ties them together. */
export function assembleFleet(ctx: DurableObjectState, env: FleetEnv): FleetParts {
  const { storage } = ctx;
  const store = new FleetStore(storage.sql);
  const components = new ComponentSets(storage.sql);
  const events = new EventLog(storage.sql);
  const heartbeatMs = 1000 * (Number(env.OPAMP_HEARTBEAT_SECONDS) || limits.heartbeatSeconds);
  const sessions = new Sessions(
    (socket) => ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null,
    heartbeatMs,
  );
  const offers = new Offers();
  /** The files that are being staged now, encoded. */
  let staging: { hash: string; frame: CustomFrame } | null = null;
  let settledMs = 0;
  const mint = new CredentialMint(env.CREDENTIAL_PRIVATE_KEY);

  const log = (what: string, error: unknown): void => {
    const fleetId = store.scope?.fleetId ?? null;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.error(JSON.stringify({ level: "error", message: what, fleetId, error: detail }));
  };

  const commits = new Commits(storage, store, events, sessions, {
    packagesFor: (agent, hash) => expectedPackages(agent, rollouts.bundle(hash) ?? missing(hash)),
    sendOffer(agent) {
      const session = sessions.of(agent.id);
      const hash = agent.wantedHash;
      if (!session || hash === null) return;
      const bundle = () => rollouts.sendable(hash) ?? missing(hash);
      const shown = () => rollouts.bundle(hash) ?? missing(hash);
      const packages = takesPackages(agent) ? expectedPackages(agent, shown()) : null;
      if (session.socket) sendQuietly(session.socket, offers.frame(session.uid, hash, bundle, packages));
      else if (session.poll) Object.assign(session.poll, offers.message(bundle(), packages));
    },
    sendStage(agent, hash) {
      const session = sessions.of(agent.id);
      if (!session || !agent.custom?.includes(stagingCapability)) return;
      if (staging?.hash !== hash) {
        staging = { hash, frame: stageFrame(rollouts.sendable(hash) ?? missing(hash)) };
      }
      sendCustom(session, staging.frame);
    },
    sendWatch(agents, queries) {
      const frame = watchFrame(queries);
      for (const agent of agents) {
        const session = sessions.of(agent.id);
        if (session && agent.custom?.includes(metricsCapability)) sendCustom(session, frame);
      }
    },
    committed(change) {
      live.publish(change);
      const filled = [...(change.outboxed ? [outbox] : []), ...(change.asked ? [confirmations] : [])];
      for (const queue of filled) {
        queue.added();
        ctx.waitUntil(queue.drain(change.nowMs).then(arm));
      }
      if (filled.length === 0) void arm();
    },
    effectFailed: (error) => log("an effect failed after its commit", error),
    rolledBack() {
      rollouts.forget();
      drift.forget();
      meter.forget();
      metrics.forget();
      restarts.forget();
      logs.forget();
      ownTelemetry.forget();
      offline.forget();
    },
  });

  const meter: MeterPart = new Meter(commits, storage.sql, (fromMs, untilMs) =>
    metrics.storedMs(fromMs, untilMs),
  );
  const secrets = new FleetSecrets(storage.sql, env.SECRETS_KEYS, () => commits.scope().organizationId);
  const ownTelemetry = new OwnTelemetryKeeper(storage.sql, sessions, (id) => secrets.text(id), log);
  secrets.alsoUsed(() => ownTelemetry.secretVersions());
  const rollouts = new RolloutRunner(commits, storage.sql, secrets);
  const orders = new RolloutOrders(commits, rollouts, {
    components(key, agents) {
      const set = components.read(key);
      return set && componentFacts(set, agents);
    },
    programVersion(id) {
      const agent = store.agents.get(id);
      return agent ? programVersion(store, agent) : null;
    },
  });
  const commands = new RolloutCommands(commits, rollouts);
  const drift = new DriftKeeper(
    store,
    rollouts,
    storage.sql,
    () => commits.scope(),
    (text) => secrets.mask(text),
  );

  const metrics = new MetricCollector({
    sql: storage.sql,
    agents: store.agents,
    sessions,
    meter,
    mask: (text) => secrets.mask(text),
  });

  const logs = new LogKeeper({
    sql: storage.sql,
    agents: store.agents,
    sessions,
    meter,
    scope: () => commits.scope(),
    logs: (agentId) => agentLogsStub(env.AGENT_LOGS, agentId),
    background: (work) =>
      ctx.waitUntil(work.catch((error: unknown) => log("kept logs could not be told of a change", error))),
  });

  const streams = new OpenStreams({
    sql: storage.sql,
    scope: () => commits.scope(),
    stream: (streamId) => streamStub(env.STREAM, streamId),
    background: (work) =>
      ctx.waitUntil(work.catch((error: unknown) => log("a stream could not be ended", error))),
  });

  const offline = new OfflineWatch({ sql: storage.sql, agents: store.agents, sessions });

  const restarts = new Restarts({
    store,
    sql: storage.sql,
    send: (tx, agent) => sendRestart(tx, sessions, agent),
  });

  const view = (agentId: AgentId) => {
    const agent = store.agents.get(agentId);
    const session = sessions.of(agentId);
    return agent && store.scope
      ? agentView(agent, store.scope, session ? sessions.lastSeenMs(session) : null)
      : null;
  };
  const live = new LiveFeed(() => ctx.getWebSockets(viewerTag), events, view);

  const queueOf = <Message>(table: "outbox" | "confirmations", queue: Queue<Message>) =>
    new Outbox(
      tableSource<Message>(storage.sql, table, queue, (error, attempt) =>
        log(`${table}: batch not taken, attempt ${attempt}`, error),
      ),
    );
  const outbox = queueOf("outbox", env.OUTBOX);
  const confirmations = queueOf("confirmations", env.CONFIRMATIONS);

  const parts = {
    store,
    components,
    events,
    sessions,
    commits,
    rollouts,
    orders,
    commands,
    meter,
    drift,
    metrics,
    restarts,
    logs,
    streams,
    ownTelemetry,
    offline,
    secrets,
  };
  const inbox = new Inbox(
    commits,
    parts,
    credentialFor,
    (error) => log("a message was not handled", error),
    () => {
      if (commits.nowMs() - settledMs > settleEveryMs) settle();
    },
  );

  async function credentialFor(agent: StoredAgent, endpoint: string) {
    const generation = agent.pendingGeneration;
    if (generation === null) return {};
    const credential = await mint.mint(commits.scope(), agent.id, generation, commits.nowMs());
    return credentialOffer(endpoint || (store.setting("opampEndpoint") ?? ""), credential, heartbeatMs);
  }

  const alarms = new Alarms(
    storage,
    [
      {
        name: "rollouts",
        nextDueMs: () => (store.scope ? rollouts.nextDueMs() : null),
        onDue() {
          sweep();
          commits.commit((tx) => {
            meter.stateClosedHours(tx);
            rollouts.onDue(tx);
          });
        },
      },
      {
        name: "drift",
        nextDueMs: () => (store.scope ? drift.nextDueMs() : null),
        onDue() {
          sweep();
          commits.commit((tx) => drift.onDue(tx));
        },
      },
      {
        name: "restarts",
        nextDueMs: () => (store.scope ? restarts.nextDueMs() : null),
        onDue() {
          sweep();
          commits.commit((tx) => restarts.onDue(tx));
        },
      },
      {
        name: "offline",
        nextDueMs: () => (store.scope ? offline.nextDueMs() : null),
        onDue() {
          sweep();
          commits.commit((tx) => offline.onDue(tx));
        },
      },
      {
        name: "metrics",
        nextDueMs: () => (metrics.totals.isClosing ? commits.nowMs() : null),
        onDue: () => commits.commit((tx) => metrics.goOnClosing(tx)),
      },
      {
        name: "logs",
        nextDueMs: () => (store.scope && logs.owes ? commits.nowMs() : null),
        onDue: () => logs.tellOwed(),
      },
      {
        name: "polls",
        nextDueMs: () => sessions.nextMissedPollMs(),
        onDue: () => sweep(),
      },
      {
        name: "outbox",
        nextDueMs: () => outbox.nextDueMs(commits.nowMs()),
        onDue: (nowMs) => outbox.drain(nowMs),
      },
      {
        name: "confirmations",
        nextDueMs: () => confirmations.nextDueMs(commits.nowMs()),
        onDue: (nowMs) => confirmations.drain(nowMs),
      },
    ],
    (name, error) => log(`alarm ${name} failed`, error),
  );

  const sweep = (): void => sweepSilent(commits, parts);

  async function wake(): Promise<void> {
    migrate(storage, fleetSteps);
    store.load();
    events.load();
    outbox.load();
    confirmations.load();
    rollouts.forget();
    drift.forget();
    metrics.forget();
    restarts.forget();
    ownTelemetry.forget();
    offline.forget();
    sessions.restore(ctx.getWebSockets(agentTag));
    if (store.scope) settle();
    await arm();
  }

  /** A failure is said, and met again at the next change: the fleet must answer meanwhile. */
  async function arm(): Promise<void> {
    try {
      await alarms.arm();
    } catch (error) {
      log("the alarm was not set", error);
    }
  }

  /** What is due whenever the object is awake: silent agents, then the hours that have closed. Stops nothing else. */
  function settle(): void {
    settledMs = commits.nowMs();
    try {
      sweep();
    } catch (error) {
      log("silent agents were not ended", error);
    }
    try {
      commits.commit((tx) => meter.stateClosedHours(tx));
    } catch (error) {
      log("closed hours were not stated", error);
    }
    try {
      commits.commit((tx) => metrics.settle(tx));
    } catch (error) {
      log("metrics were not added up", error);
    }
  }

  function adopt(scope: FleetScope): void {
    const own = store.scope;
    if (!own) {
      if (ctx.id.name !== undefined && ctx.id.name !== scope.fleetId) {
        refuse("not_found", `There is no fleet ${scope.fleetId}`);
      }
      store.setScope({ organizationId: scope.organizationId, fleetId: scope.fleetId });
    } else if (own.organizationId !== scope.organizationId || own.fleetId !== scope.fleetId) {
      refuse("not_found", `There is no fleet ${scope.fleetId}`);
    }
  }

  return { ...parts, live, inbox, alarms, wake, adopt, sweep, log };
}
