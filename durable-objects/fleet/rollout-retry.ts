import type { RolloutId } from "../../domain/ids.ts";
import { plural } from "../../domain/plural.ts";
import type { AgentRecord, FleetContext, Tx } from "./parts.ts";
import type { RolloutRow } from "./rollout-rows.ts";
import type { RolloutRunner } from "./rollout-runner.ts";
import { rolloutView } from "./rollout-view.ts";

export interface HeldAgent {
  agent: AgentRecord;
  /** The hash that it failed with, and is not offered again. */
  target: string;
}

/** Agents of an ended rollout that are still held back from its release, because they failed with it. */
export function heldAgents(fleet: FleetContext, runner: RolloutRunner, id: RolloutId): HeldAgent[] {
  return runner.reader.agentsOf(id).flatMap(({ id: agentId, agent: { target } }) => {
    const agent = fleet.agents.get(agentId);
    const isHeld = agent?.revokedAt === null && agent.latched.some(({ hash }) => hash === target);
    return isHeld ? [{ agent, target }] : [];
  });
}

/** Lifts the hold; who should run the release now is offered it at once. */
export function liftHold(
  tx: Tx,
  fleet: FleetContext,
  row: RolloutRow,
  held: readonly HeldAgent[],
  actor: string,
): void {
  let offered = 0;
  for (const { agent, target } of held) {
    agent.latched = agent.latched.filter(({ hash }) => hash !== target);
    // What it was offered and answered counts no more, so that the same offer may go out again.
    if (agent.offeredHash === target) agent.offeredHash = null;
    tx.saveAgent(agent);
    if (agent.wantedHash !== target) continue;
    tx.offer(agent.id);
    offered++;
  }
  const { header, facts } = row;
  tx.event({
    type: "rollout.retried",
    rolloutId: header.id,
    actor,
    summary: `${plural(held.length, "agent")} may be offered release ${facts.releaseNumber} again, ${offered} of them at once`,
    data: { lifted: held.length, offered, agents: held.slice(0, 100).map(({ agent }) => agent.id) },
    rollout: rolloutView(row, fleet.scope()),
  });
}
