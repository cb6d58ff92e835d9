import { readMeters, type SimulatedAgent, takeFrame, type Word } from "./agents.ts";
import type { SimulatedFleet } from "./fleet.ts";
import { admitPending, approve, takeOrder } from "./orders.ts";
import { people } from "./setup.ts";

const agentMoves = [
  "frame",
  "word",
  "repeat",
  "swap",
  "late",
  "drop",
  "return",
  "sicken",
  "recover",
  "revoke",
  "delete",
  "relabel",
  "reading",
  "retry",
] as const;
type AgentMove = (typeof agentMoves)[number];
const personMoves = ["pause", "resume", "promote", "abort"] as const;

/** Seconds. */
const passes = [0, 1, 7, 12, 30, 61, 120, 301, 950];

/** One thing that the world does. `pick` says to whom, or how much. */
export interface Move {
  kind:
    | AgentMove
    | (typeof personMoves)[number]
    | "burst"
    | "enrol"
    | "pass"
    | "step-back"
    | "tick"
    | "early-tick"
    | "evict"
    | "crash"
    | "fail-commit"
    | "answer"
    | "answer-again"
    | "abort-pending"
    | "approve"
    | "reject"
    | "override-freeze"
    | "policy"
    | "order";
  pick: number;
}

const isAgentMove = (kind: Move["kind"]): kind is AgentMove =>
  (agentMoves as readonly string[]).includes(kind);
const isPersonMove = (kind: Move["kind"]): kind is (typeof personMoves)[number] =>
  (personMoves as readonly string[]).includes(kind);

export function make(fleet: SimulatedFleet, { kind, pick }: Move): void {
  if (isAgentMove(kind)) {
    const able = fleet.agents.filter((agent) => isAble(fleet, agent, kind));
    const agent = able[pick % Math.max(1, able.length)];
    if (agent) makeAgent(fleet, agent, kind, pick);
    return;
  }
  if (isPersonMove(kind)) {
    fleet.commit(() => fleet.observe({ kind, actor: people[pick % people.length] as string }));
    return;
  }
  switch (kind) {
    case "burst":
      burst(fleet);
      return;
    case "enrol": {
      const like = fleet.setup.agents[pick % Math.max(1, fleet.setup.agents.length)];
      if (!like || fleet.agents.length >= 12) return;
      if (!fleet.commit(() => fleet.enrol(like))) fleet.agents.pop();
      return;
    }
    case "pass":
      fleet.wallMs += (passes[pick % passes.length] ?? 0) * 1000;
      return;
    case "step-back":
      fleet.wallMs -= (pick % 5) * 100;
      return;
    case "tick":
      tick(fleet);
      return;
    case "early-tick":
      wake(fleet);
      return;
    case "evict":
      fleet.evict();
      return;
    case "crash":
      fleet.crashing = true;
      return;
    case "fail-commit":
      fleet.failing = 1 + (pick % 7);
      return;
    case "answer":
    case "answer-again":
      answer(fleet, pick, kind === "answer" ? 1 : 2);
      return;
    case "abort-pending":
      fleet.commit(() => {
        const at = pick % Math.max(1, fleet.rows.pending.length);
        fleet.rows.pending = fleet.rows.pending.filter((_, index) => index !== at);
        admitPending(fleet);
      });
      return;
    case "approve":
    case "reject":
      fleet.commit(() => approve(fleet, kind, pick));
      return;
    case "override-freeze":
      overrideFreeze(fleet, pick);
      return;
    case "policy":
      fleet.commit(() => {
        const policy = fleet.setup.policies[pick % fleet.setup.policies.length];
        if (!policy) return;
        fleet.rows.policy = policy;
        fleet.observe({ kind: "policy", policy });
        admitPending(fleet);
      });
      return;
    case "order":
      fleet.commit(() => takeOrder(fleet));
  }
}

function isAble(fleet: SimulatedFleet, agent: SimulatedAgent, kind: AgentMove): boolean {
  switch (kind) {
    case "frame":
      return agent.connected && agent.inbox.length > 0;
    case "word":
    case "repeat":
      return agent.connected && agent.outbox.length > 0;
    case "swap":
      return agent.connected && agent.outbox.length > 1;
    case "late":
      return agent.connected && agent.late.length > 0;
    case "reading":
      return agent.connected && agent.watched > 0;
    case "return":
      return !agent.connected && !agent.gone;
    case "retry":
      return (fleet.rows.agents.get(agent.id)?.latched.length ?? 0) > 0;
    case "drop":
    case "sicken":
    case "recover":
      return agent.connected;
    case "revoke":
    case "delete":
    case "relabel":
      return !agent.gone;
  }
}

function makeAgent(fleet: SimulatedFleet, agent: SimulatedAgent, kind: AgentMove, pick: number): void {
  const { id } = agent;
  switch (kind) {
    case "frame":
      takeFrame(agent);
      return;
    case "word":
      hear(fleet, agent, agent.outbox.shift());
      return;
    case "repeat": {
      const word = agent.outbox.shift();
      for (let copies = 0; copies < 3; copies++) hear(fleet, agent, word);
      return;
    }
    case "swap":
      agent.outbox.reverse();
      return;
    case "late":
      hear(fleet, agent, agent.late.shift());
      return;
    case "drop":
      cutOff(fleet, agent);
      return;
    case "return":
      comeBack(fleet, agent);
      return;
    case "sicken":
    case "recover":
      agent.healthy = kind === "recover";
      agent.outbox.push({ kind: "health", healthy: agent.healthy });
      return;
    case "reading":
      readMeters(agent, pick);
      return;
    case "relabel":
      fleet.commit(() => {
        fleet.row(id).label = pick % 2 === 0 ? "a" : "b";
        const { active } = fleet;
        if (!active || !fleet.progressOf(id)) fleet.bringCurrent(id);
        else if (!active.relabelled.includes(id)) active.relabelled.push(id);
      });
      return;
    case "retry":
      fleet.commit(() => {
        const row = fleet.row(id);
        // Only what an ended rollout latched; the fleet refuses it for one that still runs.
        const kept = row.latched.filter((hash) => fleet.progressOf(id)?.target === hash);
        if (row.offered !== null && row.latched.includes(row.offered) && !kept.includes(row.offered))
          row.offered = null;
        row.lifted.push(...row.latched.filter((hash) => !kept.includes(hash)));
        row.latched = kept;
        if (row.wanted !== null && row.reported?.hash === row.wanted && row.reported.status === "failed")
          fleet.offer(id);
      });
      return;
    case "revoke":
    case "delete":
      part(fleet, agent, kind);
  }
}

function part(fleet: SimulatedFleet, agent: SimulatedAgent, kind: "revoke" | "delete"): void {
  const { id } = agent;
  const done = fleet.commit(() => {
    const row = fleet.row(id);
    row.connected = false;
    row.revoked = true;
    fleet.rows.witness.wellSince.delete(id);
    if (kind === "delete") fleet.rows.agents.delete(id);
    if (!fleet.progressOf(id)) return;
    fleet.observe(kind === "delete" ? { kind: "deleted", agent: id } : { kind: "revoked", agent: id });
  });
  if (!done) return;
  agent.gone = true;
  agent.connected = false;
  agent.inbox = [];
  agent.outbox = [];
}

/** The fleet takes what the agent said. Where that fails, the one message is taken again; then its socket closes. */
export function hear(fleet: SimulatedFleet, agent: SimulatedAgent, word: Word | undefined): void {
  if (!word || !agent.connected) return;
  const block = () => take(fleet, agent, word);
  if (!fleet.commit(block) && !fleet.commit(block)) cutOff(fleet, agent);
}

function take(fleet: SimulatedFleet, { id }: SimulatedAgent, word: Word): void {
  switch (word.kind) {
    case "status":
      fleet.heardStatus(id, word.report);
      return;
    case "health":
      fleet.heardHealth(id, word.healthy);
      return;
    case "staged":
      if (fleet.progressOf(id))
        fleet.observe({ kind: "staged", agent: id, hash: word.hash, error: word.error });
      return;
    case "reading":
      if (fleet.progressOf(id)) fleet.observe({ kind: "metrics", agent: id, values: word.values });
  }
}

/** Everybody's next word arrives in one turn, and shares one block. */
function burst(fleet: SimulatedFleet): void {
  const words = fleet.agents.flatMap((agent) => {
    const word = agent.connected ? agent.outbox.shift() : undefined;
    return word ? [{ agent, word }] : [];
  });
  const done = fleet.commit(() => {
    for (const { agent, word } of words) take(fleet, agent, word);
  });
  if (!done) for (const { agent, word } of words) hear(fleet, agent, word);
}

export function cutOff(fleet: SimulatedFleet, agent: SimulatedAgent): void {
  agent.late = agent.outbox.slice(-2);
  agent.connected = false;
  agent.watched = 0;
  agent.inbox = [];
  agent.outbox = [];
  untilDone(() => fleet.commit(() => fleet.heardLeaving(agent.id)));
}

export function comeBack(fleet: SimulatedFleet, agent: SimulatedAgent): void {
  if (agent.connected || agent.gone) return;
  agent.connected = true;
  if (!fleet.commit(() => fleet.heardReturning(agent))) agent.connected = false;
}

/** What the fleet finds again by itself: a socket that is gone. */
function untilDone(attempt: () => boolean): void {
  for (let tries = 0; tries < 20; tries++) if (attempt()) return;
  throw new Error("a block failed for ever");
}

/** The alarm rings at its time or, where that is past, now. It may ring late: then the time has passed already. */
export function tick(fleet: SimulatedFleet): void {
  fleet.wallMs = Math.max(fleet.wallMs, fleet.dueAtMs ?? 0);
  wake(fleet);
}

/** The alarm rings, due or not. Where the block fails, the alarm stays set. */
export function wake(fleet: SimulatedFleet): void {
  fleet.commit(() => {
    fleet.observe({ kind: "tick" });
    admitPending(fleet);
  });
}

const verdicts = ["confirm", "confirm", "confirm", "wait", "deny", "unanswered"] as const;

/** An outside system answers the oldest question still asked, or any, in any order, once more. */
function answer(fleet: SimulatedFleet, pick: number, copies: number): void {
  const at = pick % Math.max(1, fleet.requests.length);
  const request = copies === 1 ? fleet.requests.at(-1 - (at % 2)) : fleet.requests[at];
  const verdict = verdicts[pick % verdicts.length];
  if (!request || !verdict) return;
  const { id, attempt } = request;
  for (let copy = 0; copy < copies; copy++) {
    fleet.commit(() => {
      if (fleet.active?.id !== request.rollout) return;
      fleet.observe({ kind: "confirmation", id, attempt, verdict, text: "" });
    });
  }
}

function overrideFreeze(fleet: SimulatedFleet, pick: number): void {
  fleet.commit(() => {
    const actor = people[pick % people.length] as string;
    const pending = fleet.rows.pending[0];
    if (pick % 2 === 0 && pending) pending.freezeOverride = { actor, reason: "urgent" };
    else fleet.observe({ kind: "override-freeze", actor, reason: "urgent" });
    admitPending(fleet);
  });
}
