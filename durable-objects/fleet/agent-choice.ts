import { refuse } from "../../domain/errors.ts";
import { matchSelector, parseSelector } from "../../domain/fleets/selector.ts";
import { labelMatcher } from "../../domain/tenancy/label-filter.ts";
import type { AgentChoice } from "../../protocol/rpc/agent-actions.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

/** By name. An agent that the caller may not operate is missing where it is named, and is left out by a selector. */
export function chooseAgents(store: FleetStore, { selector, agents, visible }: AgentChoice): StoredAgent[] {
  const sees = visible ? labelMatcher(visible) : () => true;
  const chosen = agents
    ? [...new Set(agents)].map((id) => {
        const agent = store.agents.get(id);
        return agent && sees(agent.labels) ? agent : missing(id);
      })
    : matching(store, selector ?? "").filter(({ labels }) => sees(labels));
  if (chosen.length === 0) {
    refuse("not_found", `No agent that you may operate matches "${selector}": list the fleet's agents.`);
  }
  return chosen.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function matching(store: FleetStore, text: string): StoredAgent[] {
  const selector = parseSelector(text);
  return [...store.agents.values()].filter(
    ({ labels, revokedAt }) => revokedAt === null && matchSelector(selector, labels),
  );
}

const missing = (id: string): never =>
  refuse("not_found", `There is no agent ${id} in this fleet that you may operate: list the fleet's agents`);
