import type { AgentConfigState, AgentStatus } from "../../domain/fleets/agent-state.ts";
import { matchSelector, parseSelector, SelectorError } from "../../domain/fleets/selector.ts";
import type { Agent } from "../../protocol/api/agents.ts";

export interface AgentFilter {
  q?: string | undefined;
  status?: AgentStatus | undefined;
  config?: AgentConfigState | undefined;
  /** A label selector; one that cannot be read filters nothing, and its error is answered. */
  label?: string | undefined;
}

/** The same rules as `GET /v1/fleets/{fleet}/agents`; `q` is a part of the name, type, id or uid. */
export function filterAgents(
  agents: Iterable<Agent>,
  filter: AgentFilter,
): { agents: Agent[]; selectorError: string | null } {
  const needle = filter.q?.trim().toLowerCase() ?? "";
  const { selector, error } = readSelector(filter.label ?? "");
  const found: Agent[] = [];
  for (const agent of agents) {
    if (filter.status && agent.status !== filter.status) continue;
    if (filter.config && agent.config.state !== filter.config) continue;
    if (selector && !matchSelector(selector, agent.labels)) continue;
    if (needle && !matchesText(agent, needle)) continue;
    found.push(agent);
  }
  return { agents: found, selectorError: error };
}

function matchesText(agent: Agent, needle: string): boolean {
  return [agent.name, agent.type ?? "", agent.id, agent.instanceUid].some((text) =>
    text.toLowerCase().includes(needle),
  );
}

export function readSelector(text: string) {
  try {
    return { selector: text.trim() ? parseSelector(text) : null, error: null };
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return { selector: null, error: error.refusal.errors?.[0]?.message ?? error.message };
  }
}
