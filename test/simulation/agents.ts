import { emptyConfigHash } from "../../domain/configs/render.ts";
import type { AgentId } from "../../domain/ids.ts";
import type { ConfigReport } from "../../domain/rollouts/progress.ts";
import type { AgentSetup } from "./setup.ts";

/** What an agent makes of a config that it never ran well before. What it ran well it takes again. */
export type Behaviour =
  | "applies"
  | "fails"
  | "hangs"
  | "is-silent"
  | "sickens"
  | "restores-itself"
  | "refuses-return"
  /** Says APPLIED and goes on with what it runs. */
  | "claims"
  /** Says APPLIED of a hash that nobody sent. */
  | "misreports"
  | "refuses-staging";

/** What the fleet sends. Lost when the connection breaks. */
export type Frame =
  | { kind: "config"; hash: string }
  | { kind: "stage"; hash: string }
  | { kind: "watch"; gates: number };

/** What the agent sends, in order. */
export type Word =
  | { kind: "status"; report: ConfigReport }
  | { kind: "health"; healthy: boolean }
  | { kind: "staged"; hash: string; error: string | null }
  | { kind: "reading"; values: Record<number, number> };

/** The numbers that an agent reports: as they are, worse with whatever is new, or whatever it likes. */
export type Meter = "honest" | "worse" | "lies" | "is-silent";

/** The process at the other end of the wire. The fleet never sees this, only what it says. */
export interface SimulatedAgent {
  readonly id: AgentId;
  readonly behaviour: Behaviour;
  readonly meter: Meter;
  connected: boolean;
  /** Revoked or deleted: it never comes back. */
  gone: boolean;
  healthy: boolean;
  /** What the process really runs; "" = none of ours. */
  running: string;
  readonly original: string;
  /** Ran well: it takes these again, whatever its behaviour. */
  readonly proven: Set<string>;
  said: ConfigReport | null;
  /** How many metric gates it is asked to read; 0 = not asked. */
  watched: number;
  inbox: Frame[];
  outbox: Word[];
  /** Said on a connection that broke; may arrive late, after it is back. */
  late: Word[];
}

export function addAgent(agents: SimulatedAgent[], setup: AgentSetup, running: string): SimulatedAgent {
  const agent: SimulatedAgent = {
    id: `agt_${String(agents.length).padStart(26, "0")}`,
    behaviour: setup.behaviour,
    meter: setup.meter,
    connected: setup.connected,
    gone: false,
    healthy: true,
    running,
    original: running,
    proven: new Set(running === "" ? [] : [running]),
    said: running === "" ? null : { hash: running, status: "applied" },
    watched: 0,
    inbox: [],
    outbox: [],
    late: [],
  };
  agents.push(agent);
  return agent;
}

/** The wire breaks: what is on its way is lost; the agent may say its last words again later. */
export function cut(agent: SimulatedAgent): void {
  agent.late = agent.outbox.slice(-2);
  agent.connected = false;
  agent.watched = 0;
  agent.inbox = [];
  agent.outbox = [];
}

export const madeUpHash = "hash-that-nobody-sent";

/** The agent takes the next frame from the wire and does as it is. */
export function takeFrame(agent: SimulatedAgent): void {
  const frame = agent.inbox.shift();
  if (!frame || !agent.connected) return;
  switch (frame.kind) {
    case "config":
      takeConfig(agent, frame.hash);
      return;
    case "stage": {
      const error = agent.behaviour === "refuses-staging" ? "its files are refused" : null;
      if (agent.behaviour !== "is-silent") agent.outbox.push({ kind: "staged", hash: frame.hash, error });
      return;
    }
    case "watch":
      agent.watched = frame.gates;
  }
}

function takeConfig(agent: SimulatedAgent, hash: string): void {
  const say = (report: ConfigReport) => {
    agent.said = report;
    agent.outbox.push({ kind: "status", report });
  };
  const take = () => {
    agent.running = hash === emptyConfigHash ? "" : hash;
    say({ hash, status: "applied" });
  };
  if (hash === emptyConfigHash || agent.proven.has(hash)) {
    if (agent.behaviour === "refuses-return") {
      say({ hash, status: "failed" });
      return;
    }
    take();
    if (!agent.healthy) {
      agent.healthy = true;
      agent.outbox.push({ kind: "health", healthy: true });
    }
    return;
  }
  switch (agent.behaviour) {
    case "applies":
    case "refuses-return":
    case "refuses-staging":
      say({ hash, status: "applying" });
      take();
      agent.proven.add(hash);
      return;
    case "sickens":
      take();
      agent.healthy = false;
      agent.outbox.push({ kind: "health", healthy: false });
      return;
    case "fails":
      say({ hash, status: "applying" });
      say({ hash, status: "failed" });
      return;
    case "restores-itself":
      say({ hash, status: "applying" });
      say({ hash, status: "failed" });
      if (agent.running !== "") say({ hash: agent.running, status: "applied" });
      return;
    case "hangs":
      say({ hash, status: "applying" });
      return;
    case "claims":
      say({ hash, status: "applied" });
      return;
    case "misreports":
      agent.running = hash;
      say({ hash: madeUpHash, status: "applied" });
      return;
    case "is-silent":
      return;
  }
}

/** A reading of every gate: about 10, or `level` from one that is worse with what is new. */
export function readMeters(agent: SimulatedAgent, level: number): void {
  if (!agent.connected || agent.watched === 0 || agent.meter === "is-silent") return;
  const isWorse = agent.meter === "worse" && agent.running !== agent.original;
  const values: Record<number, number> = {};
  for (let gate = 0; gate < agent.watched; gate++) {
    if (agent.meter === "lies") values[gate] = level * 1e6 * (gate % 2 === 0 ? 1 : -1);
    else values[gate] = isWorse ? 50 + level : 10 + (level % 3);
  }
  agent.outbox.push({ kind: "reading", values });
}
