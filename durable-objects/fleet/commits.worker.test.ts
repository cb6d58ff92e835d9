import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { fleetWorld } from "../../test/harness/worker/fleet-world.ts";
import { type CommitHooks, Commits } from "./commits.ts";
import { EventLog, eventsKept } from "./events.ts";
import { Sessions } from "./sessions.ts";
import { FleetStore } from "./store.ts";

interface Bench {
  commits: Commits;
  store: FleetStore;
  events: EventLog;
  sql: SqlStorage;
  seen: string[];
}

/** The commit model on a real object's storage, with one enrolled agent, and hooks that take notes. */
async function onStorage(test: (bench: Bench) => void): Promise<void> {
  const world = await fleetWorld();
  const { agent } = await world.dial(world.token());
  agent.hello();
  await agent.next();
  await runInDurableObject(world.stub, (_, { storage }) => {
    const store = new FleetStore(storage.sql);
    const events = new EventLog(storage.sql);
    store.load();
    events.load();
    const seen: string[] = [];
    const hooks: CommitHooks = {
      packagesFor: () => null,
      sendOffer: () => seen.push("offer"),
      sendStage: (_, hash) => seen.push(`stage ${hash}`),
      sendWatch: (agents, queries) => seen.push(`watch ${agents.length} ${queries.length}`),
      committed: (change) => seen.push(`committed ${change.events.length}`),
      effectFailed: (error) => seen.push(String(error)),
      rolledBack: () => seen.push("rolled back"),
    };
    const sessions = new Sessions(() => null, 30_000);
    test({
      commits: new Commits(storage, store, events, sessions, hooks),
      store,
      events,
      sql: storage.sql,
      seen,
    });
  });
}

const only = ({ store }: Bench) => {
  const [agent] = store.agents.values();
  if (!agent) throw new Error("no agent");
  return agent;
};

it("leaves nothing of a block that throws: no row, no effect, no change in memory", () =>
  onStorage((bench) => {
    const agent = only(bench);
    const { name } = agent;
    const { lastId } = bench.events;
    expect(() =>
      bench.commits.commit((tx) => {
        agent.name = "changed";
        agent.drift = { since: 1, severity: "major", files: [], expected: "a", effective: "b" };
        tx.saveAgent(agent);
        tx.event({ type: "agent.revoked", summary: "x" });
        tx.after(() => bench.seen.push("effect"));
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(bench.seen).toEqual(["rolled back"]);
    expect(only(bench)).toBe(agent);
    expect(agent.name).toBe(name);
    expect(agent.drift).toBeUndefined();
    expect(bench.events.lastId).toBe(lastId);
    expect(bench.sql.exec("SELECT count(*) AS n FROM outbox").one().n).toBe(0);
    bench.commits.commit((tx) => tx.event({ type: "agent.enrolled", summary: "y" }));
    expect(bench.seen).toEqual(["rolled back", "committed 1"]);
  }));

it("performs effects after the commit, in order, and goes on when one fails", () =>
  onStorage((bench) => {
    bench.commits.commit((tx) => {
      tx.after(() => {
        throw new Error("socket");
      });
      tx.after(() => bench.seen.push("second"));
      bench.seen.push("block");
    });
    expect(bench.seen).toEqual(["block", "Error: socket", "second", "committed 0"]);
  }));

it("writes one row for an agent that is saved many times, and refuses a block within a block", () =>
  onStorage((bench) => {
    const agent = only(bench);
    const changes = () => Number(bench.sql.exec("SELECT total_changes() AS n").one().n);
    const before = changes();
    bench.commits.commit((tx) => {
      for (let i = 0; i < 5; i++) {
        agent.name = `name ${i}`;
        tx.saveAgent(agent);
      }
    });
    expect(changes()).toBe(before + 1);
    expect(() => bench.commits.commit(() => bench.commits.commit(() => {}))).toThrow("already open");
    expect(() => bench.commits.commit(() => {})).not.toThrow();
  }));

it("forgets an agent with its block, whatever else the block writes of it, and keeps it when the block throws", () =>
  onStorage((bench) => {
    const agent = only(bench);
    const rows = (table: string) => bench.sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n;
    const forget = (after: () => void) =>
      bench.commits.commit((tx) => {
        tx.saveAgent(agent);
        tx.deleteAgent(agent);
        tx.saveAgent(agent);
        after();
      });
    expect(() =>
      forget(() => {
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(only(bench).uid).toBe(agent.uid);
    expect(bench.store.byUid(agent.uid)).toBe(only(bench));
    expect(rows("agents")).toBe(1);
    forget(() => {});
    expect(bench.store.agents.size).toBe(0);
    expect(bench.store.byUid(agent.uid)).toBeUndefined();
    expect([rows("agents"), rows("agent_reports")]).toEqual([0, 0]);
  }));

it("keeps a bounded number of events, in rising order, and says when a place is no longer held", () =>
  onStorage((bench) => {
    const add = (count: number) =>
      bench.commits.commit((tx) =>
        Array.from({ length: count }, (_, i) => tx.event({ type: "agent.enrolled", summary: `${i}` }).id),
      );
    const early = add(10)[0] as `evt_${string}`;
    for (let i = 0; i < 11; i++) {
      if (i === 6) bench.events.load();
      add(1_000);
    }
    const held = bench.sql.exec("SELECT sum(size) AS n FROM event_chunks").one().n;
    expect(held).toBeGreaterThanOrEqual(eventsKept - 1_000);
    expect(held).toBeLessThanOrEqual(eventsKept * 1.1);
    expect(bench.events.page({ after: early, limit: 5 }).truncated).toBe(true);
    const newest = bench.events.page({ limit: 3 });
    expect(newest.items.map((event) => event.summary)).toEqual(["999", "998", "997"]);
    expect(newest.truncated).toBe(false);
    const after = newest.items[2]?.id as `evt_${string}`;
    const next = bench.events.page({ after, limit: 1 });
    expect(next.items.map((event) => event.summary)).toEqual(["998"]);
    expect(next.nextCursor).toBe(next.items[0]?.id);
    expect(bench.events.page({ after: bench.events.lastId as `evt_${string}`, limit: 5 })).toEqual({
      items: [],
      nextCursor: null,
      truncated: false,
    });
  }));
