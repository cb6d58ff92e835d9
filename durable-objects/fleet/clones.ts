import { musterAgentCapability } from "../../protocol/custom/agent.ts";
import { decommissionMessage } from "../../protocol/custom/decommission.ts";
import { attributesFrom } from "../../protocol/opamp/attributes.ts";
import type { AgentToServer } from "../../protocol/opamp/opamp_pb.js";
import type { FleetTx } from "./commits.ts";
import type { Said } from "./describe.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

const hostAttribute = "host.id";
/** The same two hosts are told about at most so often. */
const tellAgainMs = 10 * 60_000;
const told = new WeakMap<StoredAgent, number>();

function hostOf({ identifying, nonIdentifying }: Said): string | null {
  const host = { ...nonIdentifying, ...identifying }[hostAttribute];
  return typeof host === "string" && host !== "" ? host : null;
}

function knownHost(store: FleetStore, agent: StoredAgent): string | null {
  const report = store.report(agent.id, "description");
  // Written by `takeDescription`.
  return report === null ? null : hostOf(JSON.parse(report) as Said);
}

/** Whether who comes with the uid of an agent that is here says that it is another host. */
export function isClone(store: FleetStore, agent: StoredAgent, { agentDescription }: AgentToServer): boolean {
  if (!agentDescription) return false;
  const identifying = attributesFrom(agentDescription.identifyingAttributes);
  const nonIdentifying = attributesFrom(agentDescription.nonIdentifyingAttributes);
  const host = hostOf({ identifying, nonIdentifying });
  const known = knownHost(store, agent);
  return host !== null && known !== null && host !== known;
}

export function tellClone(tx: FleetTx, agent: StoredAgent): void {
  if (tx.nowMs - (told.get(agent) ?? Number.NEGATIVE_INFINITY) < tellAgainMs) return;
  told.set(agent, tx.nowMs);
  tx.event({
    type: "agent.clone_detected",
    agentId: agent.id,
    summary: `Two hosts have the identity of ${agent.name}: its state folder was copied. The other one must enrol anew`,
    data: { uid: agent.uid },
  });
}

/** It comes from another host than before: it moved, or is a copy that came first. */
export function tellMoved(tx: FleetTx, store: FleetStore, agent: StoredAgent, said: Said): void {
  const host = hostOf(said);
  const known = host === null ? null : knownHost(store, agent);
  if (known === null || known === host) return;
  tx.event({
    type: "agent.host_changed",
    agentId: agent.id,
    summary: `${agent.name} is on another host than before, or its host was renamed`,
    data: { before: known, after: host },
  });
}

export function saysGoodbye({ customMessage }: AgentToServer): boolean {
  return customMessage?.capability === musterAgentCapability && customMessage.type === "decommission";
}

/** What cannot be read gives no reason. */
export function goodbyeReason(data: Uint8Array | undefined): string {
  try {
    return decommissionMessage.parse(JSON.parse(new TextDecoder().decode(data))).reason;
  } catch {
    return "no reason given";
  }
}
