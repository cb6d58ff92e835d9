import type { AgentId } from "../ids.ts";
import { advance, applyStep } from "./advance.ts";
import { type AgentFacts, createRollout, type Plan, type RolloutTerms } from "./plan.ts";
import type { AgentProgress } from "./progress.ts";
import type { Decision, Rollout, RolloutHeader } from "./rollout.ts";
import { agentsOf, fromLogged, type LogEntry } from "./rollout-log.ts";
import type { RolloutAgentState } from "./states.ts";

/**
 * All that one rollout was, from the moment at which its plan was made: `document` of an exported rollout. Plain JSON.
 * Agents are named by their place in the plan, waves one after the other, from 0.
 */
export interface RolloutDocument {
  terms: RolloutTerms;
  /** When `createRollout` was called. All times are epoch ms by the fleet's clock. */
  createdAtMs: number;
  plan: Plan;
  /** What the fleet knew of each agent then, by place. */
  facts: AgentFacts[];
  /** Everything that was observed since, in order. */
  log: LogEntry[];
  /** The log was full before the rollout ended: what followed is missing. */
  truncated: boolean;
  decisions: Decision[];
  final: { header: RolloutHeader; agents: FinalState[] };
}

/** By place in the plan. */
export interface FinalState {
  state: RolloutAgentState;
  error: string | null;
}

/** `[fromMs, toMs]`: what was observed in this time is not in the log. */
export interface Gap {
  fromMs: number;
  toMs: number;
  text: string;
}

export interface Difference {
  what: string;
  expected: string;
  got: string;
}

export interface Replay {
  /** Everything that could be compared came out alike. */
  same: boolean;
  /** Observations that were played. */
  steps: number;
  gaps: Gap[];
  differences: Difference[];
  /** Where the replay ended. */
  header: RolloutHeader;
}

/**
 * Plays the log through the same rules, and compares: the state, each wave's verdict, each agent's state, and each
 * decision with its inputs. Of a truncated log only the decisions up to its end are compared.
 * @throws RangeError where the document contradicts itself
 */
export function replay(document: RolloutDocument): Replay {
  const { terms, plan, createdAtMs, log } = document;
  const ids = plan.flat().map((agent) => agent.id);
  const facts = new Map(ids.map((id, place) => [id, document.facts[place]]));
  const factsOf = (id: AgentId): AgentFacts => {
    const known = facts.get(id);
    if (!known) throw new RangeError(`the document has no facts of ${id}`);
    return known;
  };
  const created = createRollout(terms, plan, factsOf, createdAtMs);
  let agents = new Map<AgentId, AgentProgress>(created.agents);
  let rollout: Rollout = { ...created, agents };
  const decisions: Decision[] = [];
  const gaps: Gap[] = [];
  let lastMs = createdAtMs;
  let steps = 0;
  for (const [atMs, entry] of log) {
    if ("restored" in entry) {
      agents = agentsOf(entry.restored, entry.continued ? agents : created.agents);
      rollout = { header: entry.restored.header, waves: rollout.waves, agents };
      if (!entry.continued) {
        gaps.push({ fromMs: lastMs, toMs: atMs, text: "memory was lost; it goes on from the stored rows" });
      }
    } else {
      const step = advance(rollout, fromLogged(entry, ids), atMs);
      applyStep(agents, step);
      rollout = { ...rollout, header: step.header };
      decisions.push(...step.decisions);
      steps++;
    }
    lastMs = atMs;
  }
  if (document.truncated) {
    const toMs = document.final.header.endedAt ?? lastMs;
    gaps.push({ fromMs: lastMs, toMs, text: `the log was full after ${log.length} entries` });
  }
  const differences = [
    ...compareDecisions(document.decisions, decisions, gaps),
    ...(document.truncated ? [] : compareEnds(document, rollout, ids)),
  ];
  return { same: differences.length === 0, steps, gaps, differences, header: rollout.header };
}

function compareEnds({ final }: RolloutDocument, { header, agents }: Rollout, ids: AgentId[]): Difference[] {
  const pairs: [what: string, expected: unknown, got: unknown][] = [
    ["state", final.header.state, header.state],
    ["reason", final.header.reason, header.reason],
    ["hold", final.header.hold, header.hold],
    ["newest wave", final.header.wave + 1, header.wave + 1],
    ["number of waves", final.header.waves.length, header.waves.length],
  ];
  for (const [index, wave] of final.header.waves.entries()) {
    pairs.push([`verdict of wave ${index + 1}`, wave.verdict, header.waves[index]?.verdict]);
  }
  for (const [place, id] of ids.entries()) {
    const expected = final.agents[place];
    const got = agents.get(id);
    pairs.push([`state of ${id}`, expected?.state, got?.state]);
    pairs.push([`error of ${id}`, expected?.error, got?.error]);
  }
  return pairs
    .map(([what, expected, got]) => ({ what, expected: show(expected), got: show(got) }))
    .filter(({ expected, got }) => expected !== got);
}

/** In order. A decision that was made where the log has a gap is in the document alone. */
function compareDecisions(
  expected: readonly Decision[],
  got: readonly Decision[],
  gaps: Gap[],
): Difference[] {
  const differences: Difference[] = [];
  const inGap = ({ atMs }: Decision) => gaps.some((gap) => gap.fromMs <= atMs && atMs <= gap.toMs);
  let at = 0;
  for (const [index, decision] of expected.entries()) {
    const played = got[at];
    if (played && isSame(decision, played)) {
      at++;
    } else if (!inGap(decision)) {
      differences.push({
        what: `decision ${index + 1}`,
        expected: decisionText(decision),
        got: played ? decisionText(played) : "none",
      });
      at++;
    }
  }
  for (const decision of got.slice(at)) {
    differences.push({ what: "one decision more", expected: "none", got: decisionText(decision) });
  }
  return differences;
}

/** As JSON with its keys in order: rows need not keep theirs. */
function isSame(a: Decision, b: Decision): boolean {
  return decisionText(a) === decisionText(b);
}

function decisionText({ atMs, wave, gate, verdict, inputs }: Decision): string {
  const facts = Object.entries(inputs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key} ${value}`);
  const where = wave === null ? "" : ` of wave ${wave + 1}`;
  return `${new Date(atMs).toISOString()} ${gate}${where}: ${verdict}${facts.length > 0 ? ` (${facts.join(", ")})` : ""}`;
}

const show = (value: unknown): string => (value === undefined ? "none" : String(value ?? "none"));
