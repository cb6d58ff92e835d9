import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { capabilityBits } from "../../protocol/opamp/capabilities.ts";
import { decodeAgentToServer, encodeAgentFrame } from "../../protocol/opamp/frame.ts";
import { uidFromHex } from "../../protocol/opamp/uid.ts";
import { randomUid, usualCapabilities } from "../../test/harness/fake-agent.ts";
import { fleetWorld } from "../../test/harness/worker/fleet-world.ts";
import { Commits } from "./commits.ts";
import { ComponentSets } from "./components.ts";
import { credentialOffer } from "./credentials.ts";
import { DriftKeeper } from "./drift-keeper.ts";
import { EventLog } from "./events.ts";
import { Inbox } from "./inbox.ts";
import { LogKeeper } from "./log-keeper.ts";
import { Meter } from "./meter.ts";
import { MetricCollector } from "./metric-collector.ts";
import { OfflineWatch } from "./offline-watch.ts";
import { OpenStreams } from "./open-streams.ts";
import { OwnTelemetryKeeper } from "./own-telemetry.ts";
import { Restarts } from "./restarts.ts";
import { RolloutRunner } from "./rollout-runner.ts";
import { FleetSecrets } from "./secrets.ts";
import { Sessions } from "./sessions.ts";
import { FleetStore } from "./store.ts";

const heartbeatMs = 30_000;
const capabilities = BigInt(capabilityBits([...usualCapabilities, "AcceptsOpAMPConnectionSettings"]));

/** An inbox on a real object's storage, whose meter refuses one agent. */
async function withInbox(
  badUid: string,
  test: (bench: {
    inbox: Inbox;
    sessions: Sessions;
    store: FleetStore;
    errors: unknown[];
    say: (uid: string, sequence: number, socket?: WebSocket) => ReturnType<Inbox["message"]>;
  }) => Promise<void>,
): Promise<void> {
  const world = await fleetWorld();
  await runInDurableObject(world.stub, async (_, { storage }) => {
    const store = new FleetStore(storage.sql);
    const events = new EventLog(storage.sql);
    store.load();
    events.load();
    const sessions = new Sessions(() => null, heartbeatMs);
    const errors: unknown[] = [];
    const commits = new Commits(storage, store, events, sessions, {
      packagesFor: () => null,
      sendOffer: () => {},
      sendStage: () => {},
      sendWatch: () => {},
      committed: () => {},
      effectFailed: (error) => errors.push(error),
      rolledBack: () => {},
    });
    const meter = new Meter(commits, storage.sql);
    const onConnected = meter.onConnected.bind(meter);
    meter.onConnected = (tx, agent) => {
      if (agent.uid === badUid) throw new Error("the meter refuses it");
      onConnected(tx, agent);
    };
    const secrets = new FleetSecrets(storage.sql, undefined, () => "org_1");
    const rollouts = new RolloutRunner(commits, storage.sql, secrets);
    const drift = new DriftKeeper(
      store,
      rollouts,
      storage.sql,
      () => commits.scope(),
      (text) => text,
    );
    const metrics = new MetricCollector({
      sql: storage.sql,
      agents: store.agents,
      sessions,
      meter,
      mask: (text) => text,
    });
    const logs = new LogKeeper({
      sql: storage.sql,
      agents: store.agents,
      sessions,
      meter,
      scope: () => commits.scope(),
      logs: () => expect.unreachable(),
      background: () => expect.unreachable(),
    });
    const streams = new OpenStreams({
      sql: storage.sql,
      scope: () => commits.scope(),
      stream: () => expect.unreachable(),
      background: () => expect.unreachable(),
    });
    const restarts = new Restarts({ store, sql: storage.sql, send: () => expect.unreachable() });
    const inbox = new Inbox(
      commits,
      {
        store,
        components: new ComponentSets(storage.sql),
        sessions,
        rollouts,
        meter,
        secrets,
        drift,
        metrics,
        restarts,
        logs,
        streams,
        offline: new OfflineWatch({ sql: storage.sql, agents: store.agents, sessions }),
        ownTelemetry: new OwnTelemetryKeeper(
          storage.sql,
          sessions,
          (id) => secrets.text(id),
          (_, error) => errors.push(error),
        ),
      },
      async () => credentialOffer("ws://muster.test", "credential", heartbeatMs),
      (error) => errors.push(error),
      () => {},
    );
    const say = (uid: string, sequence: number, socket: WebSocket | null = null) => {
      const frame = encodeAgentFrame({
        instanceUid: uidFromHex(uid),
        sequenceNum: BigInt(sequence),
        capabilities,
      });
      return inbox.message(world.token(), socket, decodeAgentToServer(frame));
    };
    await test({ inbox, sessions, store, errors, say });
  });
}

it("offers a credential to an agent that came back in the turn of one that could not be handled", async () => {
  const [good, bad] = [randomUid(), randomUid()];
  await withInbox(bad, async ({ sessions, store, errors, say }) => {
    expect((await say(good, 0)).connectionSettings).toBeDefined();
    const [agent] = store.agents.values();
    const session = agent && sessions.of(agent.id);
    if (!session) throw new Error("the agent has no session");
    sessions.end(session);
    const [answer, refused] = await Promise.allSettled([say(good, 1), say(bad, 0)]);
    expect(answer).toMatchObject({ value: { connectionSettings: {} } });
    expect(refused).toMatchObject({ reason: { message: "the meter refuses it" } });
    expect(errors).toHaveLength(1);
    expect([...sessions.all()].map(({ agentId }) => agentId)).toEqual([agent?.id]);
  });
});

it("leaves no agent on a socket that no row knows", async () => {
  const [good, bad] = [randomUid(), randomUid()];
  await withInbox(bad, async ({ sessions, store, say }) => {
    const [a, b] = [new WebSocketPair()[1], new WebSocketPair()[1]];
    a.accept();
    b.accept();
    const principal = { ...(await fleetWorld()).token() };
    sessions.accept(a, principal);
    sessions.accept(b, principal);
    await Promise.all([say(good, 0, a), say(bad, 0, b)]);
    expect([...store.agents.values()].map(({ uid }) => uid)).toEqual([good]);
    expect(sessions.on(a).map(({ agentId }) => agentId)).toEqual([...store.agents.keys()]);
    expect(sessions.on(b)).toEqual([]);
  });
});

it("asks again for the full state when the block that asked was rolled back", async () => {
  const [good, bad] = [randomUid(), randomUid()];
  await withInbox(bad, async ({ sessions, say }) => {
    await say(good, 0);
    for (const session of sessions.all()) Object.assign(session, { asking: false, askedMs: null });
    const [answer] = await Promise.allSettled([say(good, 5), say(bad, 0)]);
    expect(answer).toMatchObject({ value: { flags: 1n } });
  });
});
