import type { Agent } from "../../protocol/api/agents.ts";
import type { FleetEvent } from "../../protocol/api/events.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import type { LiveMessage } from "../../protocol/live/messages.ts";

/** What one fleet's live feed has told so far, and from where it must be resumed. */
export interface LiveState {
  /** The last event id seen; the feed resumes after it. */
  last: string | null;
  agents: ReadonlyMap<string, Agent>;
  /** Newest first, at most `maxEvents`. */
  events: readonly FleetEvent[];
  rollouts: ReadonlyMap<string, Rollout>;
  /** Rises when what is held can no longer be trusted to be whole: load it again. */
  reloads: number;
  /** Agents heard of since the load in progress began: newer than any page of that load. */
  heardDuringLoad: ReadonlySet<string> | null;
}

export const maxEvents = 2000;

export const emptyLiveState: LiveState = {
  last: null,
  agents: new Map(),
  events: [],
  rollouts: new Map(),
  reloads: 0,
  heardDuringLoad: null,
};

/** Event ids are ULIDs that rise within a fleet: one that does not rise is a repetition. */
export function applyLive(state: LiveState, message: LiveMessage): LiveState {
  switch (message.type) {
    case "hello": {
      const missed = message.truncated || (state.last !== null && message.resumedFrom === null);
      // After a gap the held place is worthless: go on from where the fleet is now.
      const last = missed || state.last === null ? message.last : state.last;
      return { ...state, last, reloads: missed ? state.reloads + 1 : state.reloads };
    }
    case "event": {
      if (state.last !== null && message.event.id <= state.last) return state;
      return {
        ...state,
        ...withoutDeleted(state, message.event),
        last: message.event.id,
        events: [message.event, ...state.events].slice(0, maxEvents),
      };
    }
    case "agents": {
      const agents = new Map(state.agents);
      for (const agent of message.agents) agents.set(agent.id, agent);
      const heardDuringLoad =
        state.heardDuringLoad &&
        new Set([...state.heardDuringLoad, ...message.agents.map((agent) => agent.id)]);
      return { ...state, agents, heardDuringLoad };
    }
    case "rollout":
      return { ...state, rollouts: new Map(state.rollouts).set(message.rollout.id, message.rollout) };
  }
}

/** A page that was read before the deletion must not bring the agent back. */
function withoutDeleted(state: LiveState, { type, agentId }: FleetEvent): Partial<LiveState> {
  if (type !== "agent.deleted" || !agentId) return {};
  const agents = new Map(state.agents);
  agents.delete(agentId);
  const heardDuringLoad = state.heardDuringLoad && new Set([...state.heardDuringLoad, agentId]);
  return { agents, heardDuringLoad };
}

export function beginLoad(state: LiveState): LiveState {
  return { ...state, heardDuringLoad: new Set() };
}

/** One page of the load: never overwrites what the feed said meanwhile. */
export function applyAgentsPage(state: LiveState, page: readonly Agent[]): LiveState {
  const agents = new Map(state.agents);
  for (const agent of page) {
    if (!state.heardDuringLoad?.has(agent.id)) agents.set(agent.id, agent);
  }
  return { ...state, agents };
}

/** Ends a load: agents that neither it nor the feed named are gone. */
export function endLoad(state: LiveState, loaded: ReadonlySet<string>): LiveState {
  const agents = new Map(
    [...state.agents].filter(([id]) => loaded.has(id) || state.heardDuringLoad?.has(id)),
  );
  return { ...state, agents, heardDuringLoad: null };
}

/** Events of a request, newest or oldest first, merged with those held. */
export function mergeEvents(state: LiveState, loaded: readonly FleetEvent[]): LiveState {
  const byId = new Map([...state.events, ...loaded].map((event) => [event.id, event]));
  const events = [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, maxEvents);
  return { ...state, events };
}
