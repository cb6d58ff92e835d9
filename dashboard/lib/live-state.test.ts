import { describe, expect, test } from "vitest";
import type { Agent } from "../../protocol/api/agents.ts";
import type { FleetEvent } from "../../protocol/api/events.ts";
import type { LiveMessage } from "../../protocol/live/messages.ts";
import {
  applyAgentsPage,
  applyLive,
  beginLoad,
  emptyLiveState,
  endLoad,
  maxEvents,
  mergeEvents,
} from "./live-state.ts";

const eventId = (n: number) => `evt_${String(n).padStart(26, "0")}` as const;
const event = (n: number): FleetEvent => ({
  id: eventId(n),
  type: "agent.connected",
  at: "2026-11-21T12:00:00.000Z",
  organizationId: "org_1",
  fleetId: "flt_1",
  agentId: null,
  rolloutId: null,
  actor: null,
  summary: `event ${n}`,
  data: {},
});
const said = (n: number): LiveMessage => ({ type: "event", event: event(n) });
const hello = (last: number | null, resumedFrom: number | null, truncated = false): LiveMessage => ({
  type: "hello",
  last: last === null ? null : eventId(last),
  resumedFrom: resumedFrom === null ? null : eventId(resumedFrom),
  truncated,
});
const agent = (id: `agt_${string}`, name: string): Agent => ({
  id,
  fleetId: "flt_1",
  instanceUid: "00",
  name,
  type: null,
  version: null,
  labels: {},
  status: "online",
  healthy: true,
  healthError: null,
  transport: "websocket",
  credential: "agent",
  capabilities: [],
  config: { state: "none", wantedHash: null, reportedHash: null, releaseId: null, error: null },
  drift: null,
  enrolledAt: "2026-11-21T12:00:00.000Z",
  connectedAt: null,
  lastSeenAt: null,
});
const run = (messages: LiveMessage[], from = emptyLiveState) => messages.reduce(applyLive, from);

describe("order and repetition", () => {
  test("a first hello gives the place to resume from and asks for no reload", () => {
    const state = run([hello(7, null)]);
    expect(state.last).toBe(eventId(7));
    expect(state.reloads).toBe(0);
  });

  test("events replayed after a reconnect are held once, newest first", () => {
    const state = run([hello(0, null), said(1), said(2), hello(2, 1), said(2), said(3)]);
    expect(state.events.map((held) => held.summary)).toEqual(["event 3", "event 2", "event 1"]);
    expect(state.last).toBe(eventId(3));
  });

  test("a late event does not move the place to resume from backwards", () => {
    const state = run([hello(0, null), said(5), said(4)]);
    expect(state.last).toBe(eventId(5));
    expect(state.events).toHaveLength(1);
  });

  test("the number of held events is bounded", () => {
    const state = run(Array.from({ length: maxEvents + 5 }, (_, n) => said(n + 1)));
    expect(state.events).toHaveLength(maxEvents);
    expect(state.events[0]?.summary).toBe(`event ${maxEvents + 5}`);
  });
});

describe("gaps", () => {
  test("a resumed feed keeps its place and reloads nothing", () => {
    const state = run([hello(1, null), said(2), hello(9, 2)]);
    expect(state.last).toBe(eventId(2));
    expect(state.reloads).toBe(0);
  });

  test("a truncated feed goes on from the fleet's newest event and asks for a reload", () => {
    const state = run([hello(1, null), said(2), hello(900, null, true)]);
    expect(state.last).toBe(eventId(900));
    expect(state.reloads).toBe(1);
  });

  test("a feed that forgot our place asks for a reload even without saying truncated", () => {
    expect(run([said(2), hello(900, null)]).reloads).toBe(1);
  });
});

describe("loading beside a live feed", () => {
  test("a page never overwrites what the feed said during the load", () => {
    let state = beginLoad(emptyLiveState);
    state = applyLive(state, { type: "agents", agents: [agent("agt_1", "fresh")] });
    state = applyAgentsPage(state, [agent("agt_1", "stale"), agent("agt_2", "two")]);
    expect(state.agents.get("agt_1")?.name).toBe("fresh");
    expect(state.agents.get("agt_2")?.name).toBe("two");
  });

  test("the end of a reload drops agents that are gone, and keeps those that came meanwhile", () => {
    let state = applyAgentsPage(emptyLiveState, [agent("agt_gone", "gone")]);
    state = beginLoad(state);
    state = applyAgentsPage(state, [agent("agt_1", "one")]);
    state = applyLive(state, { type: "agents", agents: [agent("agt_new", "new")] });
    state = endLoad(state, new Set(["agt_1"]));
    expect([...state.agents.keys()].sort()).toEqual(["agt_1", "agt_new"]);
  });

  test("a requested page of events merges with the live ones without repetition", () => {
    const state = mergeEvents(run([said(3), said(4)]), [event(3), event(2)]);
    expect(state.events.map((held) => held.summary)).toEqual(["event 4", "event 3", "event 2"]);
  });
});

test("an agent that is deleted goes, and a page that was read before does not bring it back", () => {
  const gone = agent("agt_1", "web-1");
  const deleted: LiveMessage = {
    type: "event",
    event: { ...event(5), type: "agent.deleted", agentId: gone.id },
  };
  const heard = run([{ type: "agents", agents: [gone, agent("agt_2", "web-2")] }]);
  const after = applyAgentsPage(run([deleted], beginLoad(heard)), [gone]);
  expect([...after.agents.keys()]).toEqual(["agt_2"]);
});
