import type { AgentId } from "../ids.ts";
import type { AgentProgress, Agents } from "./progress.ts";
import type { Observation, Rollout, RolloutHeader } from "./rollout.ts";

type Logged<O> = O extends { agent: AgentId } ? Omit<O, "agent"> & { agent: number } : O;
/** An observation that names its agent by its place in the plan, waves one after the other, from 0. */
export type LoggedObservation = Logged<Observation>;

/** Memory was lost, and what was observed since the entry before; the rollout went on from what rows said. */
export interface Restored {
  restored: Snapshot;
  /** It has further agents of the snapshot before it, which are too many for one entry. */
  continued?: true;
}

export interface Snapshot {
  header: RolloutHeader;
  /** By place in the plan: what differs from the agent's progress at the start. Agents that are as they were are left out. */
  agents: [place: number, changed: Partial<AgentProgress>][];
}

export type LogEntry = [atMs: number, entry: LoggedObservation | Restored];

/** `null`: of an agent that is not in the plan, which changes nothing. */
export function toLogged(
  observation: Observation,
  placeOf: (id: AgentId) => number | undefined,
): LoggedObservation | null {
  if (!("agent" in observation)) return observation;
  const place = placeOf(observation.agent);
  return place === undefined ? null : { ...observation, agent: place };
}

/** @throws RangeError for a place that the plan does not have */
export function fromLogged(logged: LoggedObservation, ids: readonly AgentId[]): Observation {
  if (!("agent" in logged)) return logged;
  const agent = ids[logged.agent];
  if (agent === undefined) throw new RangeError(`the plan has no agent at place ${logged.agent}`);
  return { ...logged, agent };
}

/** `initial`: what `createRollout` made of the plan and of what was known of its agents at the start. */
export function snapshotOf(
  { header, agents }: Pick<Rollout, "header" | "agents">,
  initial: Agents,
): Snapshot {
  const changed: Snapshot["agents"] = [];
  let next = 0;
  for (const [id, before] of initial) {
    const place = next++;
    const now = agents.get(id);
    if (!now || now === before) continue;
    const difference = differenceOf(before, now);
    if (Object.keys(difference).length > 0) changed.push([place, difference]);
  }
  return { header, agents: changed };
}

export function agentsOf(snapshot: Snapshot, initial: Agents): Map<AgentId, AgentProgress> {
  const agents = new Map(initial);
  const places = [...initial];
  for (const [place, changed] of snapshot.agents) {
    const [id, before] = places[place] ?? [];
    if (id === undefined || before === undefined) {
      throw new RangeError(`the plan has no agent at place ${place}`);
    }
    agents.set(id, { ...before, ...changed });
  }
  return agents;
}

/** The fields of `after` that `before` does not have alike. */
function differenceOf(before: AgentProgress, after: AgentProgress): Partial<AgentProgress> {
  const known = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(known.get(key))),
  );
}
