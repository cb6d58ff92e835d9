import { sha256Hex } from "../../domain/configs/hash.ts";
import { overlay, sameLabels } from "../../domain/fleets/operator-labels.ts";
import { musterAgentCapability } from "../../protocol/custom/agent.ts";
import { configMapFrom } from "../../protocol/opamp/config-map.ts";
import type { AgentToServer } from "../../protocol/opamp/opamp_pb.js";
import { tellMoved } from "./clones.ts";
import type { FleetTx } from "./commits.ts";
import { customCapabilities } from "./custom-messages.ts";
import { describe, healthTree } from "./describe.ts";
import type { RolloutPart } from "./parts.ts";
import type { Restarts } from "./restarts.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

interface Parts {
  store: FleetStore;
  rollouts: RolloutPart;
  restarts: Restarts;
}

/** True when the agent's labels changed. */
export function takeDescription(
  tx: FleetTx,
  store: FleetStore,
  agent: StoredAgent,
  message: AgentToServer,
): boolean {
  if (!message.agentDescription) return false;
  const said = describe(message.agentDescription, agent.uid);
  const { identifying, nonIdentifying } = said;
  const beneath = { ...said.labels, ...agent.tokenLabels };
  const { operator } = agent;
  const { labels, operator: keeps } = overlay(beneath, operator?.labels ?? {}, operator?.name ?? null);
  const next = { ...said, labels, name: operator?.name ?? said.name };
  tellMoved(tx, store, agent, said);
  store.writeReport(agent.id, "description", JSON.stringify({ identifying, nonIdentifying }));
  const relabelled = !sameLabels(agent.labels, next.labels);
  const hidden = JSON.stringify(operator) !== JSON.stringify(keeps);
  if (
    relabelled ||
    hidden ||
    agent.name !== next.name ||
    agent.type !== next.type ||
    agent.version !== next.version
  ) {
    Object.assign(agent, { name: next.name, type: next.type, version: next.version, labels: next.labels });
    if (keeps) agent.operator = keeps;
    tx.saveAgent(agent);
  }
  return relabelled;
}

export function takeHealth(tx: FleetTx, parts: Parts, agent: StoredAgent, message: AgentToServer): void {
  if (!message.health) return;
  const tree = healthTree(message.health);
  parts.store.writeReport(agent.id, "health", JSON.stringify(tree));
  parts.restarts.onHealth(tx, agent, tree);
  const error = tree.healthy ? null : tree.lastError || tree.status || null;
  if (agent.healthy === tree.healthy && agent.healthError === error) return;
  const flipped = agent.healthy !== tree.healthy;
  agent.healthy = tree.healthy;
  agent.healthError = error;
  tx.saveAgent(agent);
  if (flipped) {
    tx.event({
      type: "agent.health_changed",
      agentId: agent.id,
      summary: `${agent.name} is ${tree.healthy ? "healthy" : `unhealthy${error ? `: ${error.slice(0, 200)}` : ""}`}`,
      data: { healthy: tree.healthy, error },
    });
  }
  parts.rollouts.onHealth(tx, agent);
}

export function takeEffectiveConfig(
  tx: FleetTx,
  store: FleetStore,
  agent: StoredAgent,
  message: AgentToServer,
): void {
  if (!message.effectiveConfig) return;
  const files = JSON.stringify(configMapFrom(message.effectiveConfig.configMap));
  const hash = sha256Hex(files);
  if (agent.effectiveHash === hash) return;
  store.writeEffectiveConfig(hash, files);
  agent.effectiveHash = hash;
  tx.saveAgent(agent);
}

/** What must be asked at its time counts only where the fleet can speak first: over a socket. */
export function takeCustomCapabilities(
  tx: FleetTx,
  agent: StoredAgent,
  { customCapabilities: said }: AgentToServer,
  overSocket: boolean,
): void {
  if (!said) return;
  const usable = overSocket ? customCapabilities : [musterAgentCapability];
  const custom = usable.filter((known) => said.capabilities.includes(known));
  const own = custom.includes(musterAgentCapability);
  if (own === agent.own && custom.join() === (agent.custom ?? []).join()) return;
  agent.own = own;
  agent.custom = custom;
  tx.saveAgent(agent);
}
