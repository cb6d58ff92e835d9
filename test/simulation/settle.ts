import { readMeters, takeFrame } from "./agents.ts";
import type { SimulatedFleet } from "./fleet.ts";
import { hold } from "./laws.ts";
import { admission, admitPending, approve } from "./orders.ts";
import { people } from "./setup.ts";
import { comeBack, hear, tick } from "./world.ts";

const maxRounds = 3000;
/** Windows open and close for ever: what so many of them left as it was waits on something else. */
const quietRounds = 40;

/** No more faults: everybody is back and well, what is under way arrives, and time passes until nothing comes of it. */
export function settle(fleet: SimulatedFleet, { answers }: { answers: boolean }): void {
  fleet.failing = 0;
  fleet.crashing = false;
  for (const agent of fleet.agents) {
    agent.healthy = true;
    if (agent.connected) hear(fleet, agent, { kind: "health", healthy: true });
    comeBack(fleet, agent);
  }
  let quiet = 0;
  for (let round = 0; round < maxRounds; round++) {
    const before = standing(fleet);
    const spoke = deliverAll(fleet);
    const answered = answers && answerAll(fleet);
    const reads = readAll(fleet, round);
    if (fleet.dueAtMs !== null) tick(fleet);
    else if (!spoke && !answered && !reads) return;
    quiet = standing(fleet) === before && !answered ? quiet + 1 : 0;
    if (quiet >= quietRounds && fleet.rollout?.header.state !== "running") return;
  }
  const { state, reason } = fleet.rollout?.header ?? { state: "none", reason: null };
  hold("law 5 (liveness)", false, () => `still not at rest after ${maxRounds} rounds: ${state}, ${reason}`);
}

/** What must change for the fleet to have moved on. */
function standing({ rollout, rows }: SimulatedFleet): string {
  const { id, state, wave, totals } = rollout?.header ?? {};
  const running = state === "rolling_back" ? state : "under way";
  return JSON.stringify([id, running, wave, totals, rows.pending.length]);
}

/** All that is under way arrives, and what comes of it. */
function deliverAll(fleet: SimulatedFleet): boolean {
  let spoke = false;
  for (let turn = 0; turn < 100; turn++) {
    const busy = fleet.agents.filter((agent) => agent.inbox.length + agent.outbox.length > 0);
    if (busy.length === 0) return spoke;
    spoke = true;
    for (const agent of busy) {
      takeFrame(agent);
      hear(fleet, agent, agent.outbox.shift());
    }
  }
  hold("law 5 (liveness)", false, () => "the fleet and its agents talk without end");
  return spoke;
}

function readAll(fleet: SimulatedFleet, level: number): boolean {
  for (const agent of fleet.agents) readMeters(agent, level % 5);
  return fleet.agents.some((agent) => agent.outbox.length > 0);
}

function answerAll(fleet: SimulatedFleet): boolean {
  const open =
    fleet.rollout?.header.confirmations.filter(({ answer }) => answer === null || answer === "unanswered") ??
    [];
  for (const { id, attempt } of open) {
    fleet.commit(() => fleet.observe({ kind: "confirmation", id, attempt, verdict: "confirm", text: "" }));
  }
  return open.length > 0;
}

/** Law 5: at rest, each rollout has ended or waits on something that it names. */
export function checkRest(fleet: SimulatedFleet): void {
  const header = fleet.rollout?.header;
  if (header) {
    hold(
      "law 5 (liveness)",
      header.state === "paused",
      () => `rests while ${header.state}: ${header.reason}`,
    );
    hold(
      "law 5 (liveness)",
      (header.reason ?? "") !== "" && header.hold !== null,
      () => "waits on nothing it names",
    );
  }
  const { reasonOf } = admission(fleet);
  for (const { id } of fleet.rows.pending) {
    hold("law 5 (liveness)", (reasonOf(id) ?? "") !== "", () => `${id} waits on nothing it names`);
  }
}

/** Law 5: people who answer what is asked of them bring everything to its end. */
export function bringToEnd(fleet: SimulatedFleet): void {
  for (let round = 0; round < 60; round++) {
    settle(fleet, { answers: true });
    checkRest(fleet);
    const header = fleet.rollout?.header;
    if (!header && fleet.rows.pending.length === 0) return;
    const actor = "usr_a";
    if (round === 20) openWindows(fleet);
    if (header?.hold === "person") fleet.commit(() => fleet.observe({ kind: "resume", actor }));
    else if (header && round < 40) fleet.commit(() => fleet.observe({ kind: "promote", actor }));
    else if (header) fleet.commit(() => fleet.observe({ kind: "abort", actor }));
    else answerApproval(fleet);
  }
  const {
    state,
    hold: held,
    reason,
  } = fleet.rollout?.header ?? { state: "pending", hold: null, reason: null };
  hold("law 5 (liveness)", false, () => `no answer ends it: ${state}, ${held}, ${reason}`);
}

/** Windows that never open together are for people to mend. */
function openWindows(fleet: SimulatedFleet): void {
  fleet.commit(() => {
    const policy = { ...fleet.rows.policy, windows: [], freezes: [] };
    fleet.rows.policy = policy;
    fleet.observe({ kind: "policy", policy });
    admitPending(fleet);
  });
}

/** By another person than the author; where nobody may approve, it is rejected. */
function answerApproval(fleet: SimulatedFleet): void {
  const waiting = fleet.rows.pending.find((one) => one.state === "awaiting_approval");
  const other = people.findIndex((person) => person !== waiting?.author);
  fleet.commit(() => approve(fleet, waiting?.author === null ? "reject" : "approve", other));
}
