/** The runner over real rows with a clock of the test's own: what must survive the loss of memory, and what it costs. */

import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { sha256Hex } from "../../domain/configs/hash.ts";
import type { AgentId } from "../../domain/ids.ts";
import { defaultGates } from "../../domain/rollouts/defaults.ts";
import { capabilityBits } from "../../protocol/opamp/capabilities.ts";
import type { RolloutOrder } from "../../protocol/rpc/fleet.ts";
import { fleetWorld, newId } from "../../test/harness/worker/fleet-world.ts";
import { plainTerms } from "../../test/harness/worker/plain-terms.ts";
import type { AgentRecord, FleetContext, NewEvent, Tx } from "./parts.ts";
import { RolloutOrders } from "./rollout-orders.ts";
import { RolloutRunner } from "./rollout-runner.ts";
import { FleetSecrets } from "./secrets.ts";

type Report = { hash: string; status: "applying" | "applied" | "failed" };

/** As much of a fleet as the runner sees: agents' rows, a commit, offers on their way. */
class RowsFleet implements FleetContext {
  readonly agents = new Map<AgentId, AgentRecord>();
  readonly rows = new Map<AgentId, string>();
  readonly frames: { agent: AgentId; hash: string }[] = [];
  readonly events: NewEvent[] = [];
  /** So many frames have reached their agents. */
  answered = 0;
  changes = 0;
  rowsWritten = 0;
  nowMs = Date.now();
  evictsAfterCommit = false;
  runner: RolloutRunner;
  orders: RolloutOrders;
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage, agents: number) {
    this.#storage = storage;
    for (let n = 0; n < agents; n++) {
      const record = recordOf(`agt_${String(n).padStart(26, "0")}`);
      this.agents.set(record.id, record);
      this.rows.set(record.id, JSON.stringify(record));
    }
    this.runner = new RolloutRunner(
      this,
      storage.sql,
      new FleetSecrets(storage.sql, undefined, () => "org_1"),
    );
    this.orders = new RolloutOrders(this, this.runner, {
      components: () => null,
      programVersion: () => null,
    });
  }

  scope() {
    return { organizationId: newId("organization"), fleetId: newId("fleet") };
  }

  evict(): void {
    for (const [id, row] of this.rows) this.agents.set(id, JSON.parse(row) as AgentRecord);
    this.runner = new RolloutRunner(
      this,
      this.#storage.sql,
      new FleetSecrets(this.#storage.sql, undefined, () => "org_1"),
    );
    this.runner.forget();
    this.orders = new RolloutOrders(this, this.runner, {
      components: () => null,
      programVersion: () => null,
    });
  }

  commit<T>(block: (tx: Tx) => T): T {
    const dirty = new Set<AgentRecord>();
    const offers = new Set<AgentId>();
    const late: (() => void)[] = [];
    this.changes++;
    const tx: Tx = {
      nowMs: this.nowMs,
      sql: this.#storage.sql,
      saveAgent: (agent) => void dirty.add(agent),
      event: (event) => {
        this.events.push(event);
        // The runner does not look at what it is answered.
        return {} as ReturnType<Tx["event"]>;
      },
      outbox: () => {},
      stage: () => {},
      watch: () => {},
      confirm: () => {},
      beforeWrite: (work) => void late.push(work),
      offer: (id) => {
        const agent = this.record(id);
        const hash = agent.wantedHash;
        if (hash === null || agent.connectedAt === null || agent.latched.some((one) => one.hash === hash))
          return;
        if (agent.offeredHash === hash && agent.reportedHash === hash) return;
        agent.offeredHash = hash;
        agent.offeredAt = this.nowMs;
        dirty.add(agent);
        offers.add(id);
      },
      publishRollout: () => {},
    };
    const result = this.#storage.transactionSync(() => block(tx));
    for (const work of late) work();
    for (const agent of dirty) this.rows.set(agent.id, JSON.stringify(agent));
    this.rowsWritten += dirty.size;
    for (const id of offers) this.frames.push({ agent: id, hash: this.record(id).wantedHash ?? "" });
    if (this.evictsAfterCommit) this.evict();
    return result;
  }

  record(id: AgentId): AgentRecord {
    const record = this.agents.get(id);
    if (!record) throw new Error(`no agent ${id}`);
    return record;
  }

  /** As the wire's code does: APPLYING is in memory only. */
  hear(id: AgentId, { hash, status }: Report): void {
    this.commit((tx) => {
      const agent = this.record(id);
      Object.assign(agent, { reportedHash: hash, reportedStatus: status });
      if (status === "applied") agent.runningHash = hash;
      if (status === "failed") agent.latched = [{ hash, error: "line 3", at: this.nowMs }];
      if (status !== "applying") tx.saveAgent(agent);
      this.runner.onConfigStatus(tx, agent);
    });
  }

  /** Time passes until the runner is due. */
  wake(): void {
    const due = this.runner.nextDueMs();
    if (due === null) throw new Error("nothing is due");
    this.nowMs = Math.max(this.nowMs, due);
    this.commit((tx) => this.runner.onDue(tx));
  }
}

function recordOf(id: AgentId): AgentRecord {
  return {
    id,
    uid: sha256Hex(id).slice(0, 32),
    name: id,
    type: null,
    version: null,
    labels: {},
    credential: "agent",
    tokenId: null,
    generation: 1,
    pendingGeneration: null,
    revokedAt: null,
    capabilities: capabilityBits(["AcceptsRemoteConfig", "ReportsRemoteConfig", "ReportsHealth"]),
    enrolledAt: 0,
    connectedAt: 1,
    disconnectedAt: null,
    transport: "websocket",
    healthy: true,
    healthError: null,
    wantedHash: null,
    wantedReleaseId: null,
    offeredHash: null,
    offeredAt: null,
    reportedHash: null,
    reportedStatus: null,
    reportedError: null,
    runningHash: "",
    runningReleaseId: null,
    latched: [],
    progress: null,
    deliveries: null,
  };
}

function orderOf(content: string, changes: Partial<RolloutOrder> = {}): RolloutOrder {
  const assignment = {
    configId: newId("config"),
    configName: "greeting",
    kind: "file",
    versionId: newId("configVersion"),
    version: 1,
    sha256: sha256Hex(content),
    selector: "",
    fileName: "config.txt",
    contentType: "text/plain",
    content,
  };
  return {
    id: newId("rollout"),
    release: { id: newId("release"), number: 1, assignments: [assignment], packages: [] },
    ...plainTerms,
    strategy: { kind: "rolling", batch: 2, pauseSeconds: 5, maxUnavailable: null, rate: null },
    gates: {
      ...defaultGates,
      soakSeconds: 10,
      maxFailures: 1,
      applyTimeoutSeconds: 60,
      progressDeadlineSeconds: 300,
    },
    autoRevert: true,
    message: null,
    author: "Ada",
    actor: "usr_ada",
    ...changes,
  };
}

async function withRows<T>(agents: number, work: (fleet: RowsFleet) => T): Promise<T> {
  const world = await fleetWorld();
  return runInDurableObject(world.stub, (_object, state) => work(new RowsFleet(state.storage, agents)));
}

/** Answers every offer until the rollout has ended; the agents in `bad` refuse the candidate. */
function play(fleet: RowsFleet, order: RolloutOrder, bad: ReadonlySet<AgentId>) {
  const candidate = fleet.frames.at(-1)?.hash;
  while (fleet.runner.activeId() !== null) {
    const frame = fleet.frames[fleet.answered];
    if (frame) fleet.answered++;
    if (!frame) {
      fleet.wake();
    } else if (frame.hash === candidate && bad.has(frame.agent)) {
      fleet.hear(frame.agent, { hash: frame.hash, status: "failed" });
    } else {
      fleet.hear(frame.agent, { hash: frame.hash, status: "applying" });
      fleet.hear(frame.agent, { hash: frame.hash, status: "applied" });
    }
  }
  const detail = fleet.orders.get(order.id);
  return {
    state: detail.state,
    counts: detail.counts,
    waves: detail.waves?.map((wave) => [wave.state, wave.counts]),
    verdicts: detail.decisions?.map((decision) => [decision.wave, decision.gate, decision.verdict]),
    agents: fleet.orders.agents(order.id, { limit: 200 }).items.map((agent) => [agent.agentId, agent.state]),
    running: [...fleet.agents.values()].map((agent) => [agent.runningHash, agent.wantedHash]),
    frames: fleet.frames,
    events: fleet.events.map((event) => event.type),
  };
}

test.each([
  ["succeeds", 1, "succeeded"],
  ["is rolled back", 3, "rolled_back"],
] as const)(
  "a rollout that %s ends alike when memory is lost after every commit",
  async (_name, bad, state) => {
    const first = orderOf("base", { strategy: { kind: "all-at-once" } });
    const second = orderOf("candidate");
    const run = (evicts: boolean) =>
      withRows(7, (fleet) => {
        fleet.orders.start(first);
        play(fleet, first, new Set());
        fleet.evictsAfterCommit = evicts;
        fleet.orders.start(second);
        return play(fleet, second, new Set([...fleet.agents.keys()].slice(0, bad)));
      });
    const faultFree = await run(false);
    expect(faultFree.state).toBe(state);
    expect(await run(true)).toEqual(faultFree);
  },
);

test("an agent that hangs in APPLYING is timed out though memory was lost", async () => {
  const order = orderOf("hello", { strategy: { kind: "all-at-once" }, autoRevert: false });
  const states = await withRows(2, (fleet) => {
    fleet.orders.start({ ...order, gates: { ...order.gates, maxFailures: 0 } });
    const [hangs, works] = fleet.frames as [RowsFleet["frames"][0], RowsFleet["frames"][0]];
    fleet.hear(hangs.agent, { hash: hangs.hash, status: "applying" });
    fleet.hear(works.agent, { hash: works.hash, status: "applied" });
    const before = fleet.rowsWritten;
    fleet.wake();
    expect(fleet.rowsWritten - before, "the one that is still applying is noted").toBe(1);
    fleet.evict();
    while (fleet.runner.activeId() !== null) fleet.wake();
    return fleet.orders.get(order.id);
  });
  expect(states).toMatchObject({ state: "failed", counts: { timed_out: 1, verified: 1 } });
});

test("alarms that come early, twice or late change nothing but their time", async () => {
  const order = orderOf("hello");
  const play3 = (disturb: (fleet: RowsFleet) => void) =>
    withRows(5, (fleet) => {
      fleet.orders.start(order);
      const commit = fleet.commit.bind(fleet);
      let busy = false;
      fleet.commit = (block) => {
        const result = commit(block);
        if (!busy) {
          busy = true;
          disturb(fleet);
          busy = false;
        }
        return result;
      };
      const { frames, state, counts, events } = play(fleet, order, new Set());
      return { frames, state, counts, events };
    });
  const calm = await play3(() => {});
  const due = (fleet: RowsFleet) => fleet.commit((tx) => fleet.runner.onDue(tx));
  expect(await play3(due), "early, and twice").toEqual(calm);
  const late = (fleet: RowsFleet) => {
    fleet.nowMs += 3_000;
    due(fleet);
  };
  expect(await play3(late), "late").toEqual(calm);
});

test("writes two rows of an agent for one rollout, and a handful besides", async () => {
  await withRows(50, (fleet) => {
    const order = orderOf("hello", { strategy: { kind: "all-at-once" } });
    fleet.orders.start(order);
    expect(fleet.rowsWritten).toBe(50);
    play(fleet, order, new Set());
    expect(fleet.rowsWritten).toBe(100);
  });
});

test("keeps the newest hundred rollouts", async () => {
  await withRows(1, (fleet) => {
    const orders = Array.from({ length: 103 }, () => orderOf("hello", { strategy: { kind: "all-at-once" } }));
    for (const order of orders) {
      fleet.orders.start(order);
      play(fleet, order, new Set());
    }
    const held = orders.filter((order) => fleet.runner.find(order.id) !== null);
    expect(held).toEqual(orders.slice(3));
    expect(fleet.orders.get(orders[3]?.id ?? newId("rollout")).decisions).not.toEqual([]);
  });
});
