import { type ComponentFacts, type ComponentRole, componentRoles } from "../../domain/configs/facts.ts";
import { sha256Hex } from "../../domain/configs/hash.ts";
import { matchSelector, parseSelector } from "../../domain/fleets/selector.ts";
import { labelMatcher } from "../../domain/tenancy/label-filter.ts";
import type { FleetComponents } from "../../protocol/api/collector.ts";
import { hasCapability } from "../../protocol/opamp/capabilities.ts";
import type { AgentToServer, AvailableComponents } from "../../protocol/opamp/opamp_pb.js";
import { uidToHex } from "../../protocol/opamp/uid.ts";
import type { ComponentsQuery } from "../../protocol/rpc/fleet.ts";
import type { FleetTx } from "./commits.ts";
import type { Session } from "./sessions.ts";
import type { StoredAgent } from "./store.ts";

/** What an agent last said of its components. */
export interface ReportedComponents {
  /** Hex of the hash that it gave; "" = none. */
  hash: string;
  /** Key of `component_sets`; null = it only gave the hash. */
  set: string | null;
}

/** Sorted types by role. */
export type ComponentSet = Record<ComponentRole, string[]>;

/** So much of one agent's report is kept. */
const maxTypes = 3_000;
const maxTypeChars = 200;
/** An agent that does not answer is asked again after so long. */
const askAgainMs = 60 * 60_000;

/** Distinct sets of components, each once, however many agents have it. */
export class ComponentSets {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(key: string): ComponentSet | null {
    const row = this.#sql
      .exec<{ components: string }>("SELECT components FROM component_sets WHERE key = ?", key)
      .toArray()[0];
    // Written by `write`.
    return row ? (JSON.parse(row.components) as ComponentSet) : null;
  }

  has(key: string): boolean {
    return this.#sql.exec("SELECT 1 FROM component_sets WHERE key = ?", key).toArray().length > 0;
  }

  /** Keeps a set, and drops those that no agent has any more. */
  write(key: string, components: string, agents: Iterable<StoredAgent>): void {
    if (this.has(key)) return;
    const used = new Set([key]);
    for (const { components: reported } of agents) if (reported?.set) used.add(reported.set);
    for (const { key: old } of this.#sql.exec<{ key: string }>("SELECT key FROM component_sets").toArray()) {
      if (!used.has(old)) this.#sql.exec("DELETE FROM component_sets WHERE key = ?", old);
    }
    this.#sql.exec("INSERT INTO component_sets (key, components) VALUES (?, ?)", key, components);
  }
}

/** As a kind reads it, of so many agents that have the set. */
export function componentFacts(set: ComponentSet, agents: number): ComponentFacts {
  const byRole = Object.fromEntries(
    componentRoles.map((role) => [role, Object.fromEntries(set[role].map((type) => [type, agents]))]),
  ) as ComponentFacts["byRole"];
  return { agents, byRole };
}

/** Agents send their components' hash, and the components themselves when they are asked. */
export function takeComponents(
  tx: FleetTx,
  parts: { components: ComponentSets; store: { agents: ReadonlyMap<string, StoredAgent> } },
  agent: StoredAgent,
  { availableComponents: said }: AgentToServer,
): void {
  if (!said) return;
  const before = agent.components;
  const hash = uidToHex(said.hash).slice(0, maxTypeChars);
  let set: string | null;
  if (Object.keys(said.components).length === 0) {
    // Not what another agent said under the same hash: that one's word is no proof.
    set = before?.hash === hash && hash !== "" ? before.set : null;
  } else {
    const components = JSON.stringify(componentSet(said));
    set = sha256Hex(components);
    parts.components.write(set, components, parts.store.agents.values());
  }
  if (before?.hash === hash && before.set === set) return;
  agent.components = { hash, set };
  tx.saveAgent(agent);
}

function componentSet({ components }: AvailableComponents): ComponentSet {
  let left = maxTypes;
  const typesOf = (role: ComponentRole): string[] => {
    const details = components[`${role}s`];
    const types = Object.keys(details?.subComponentMap ?? {})
      .filter((type) => type.length <= maxTypeChars)
      .sort()
      .slice(0, left);
    left -= types.length;
    return types;
  };
  return Object.fromEntries(componentRoles.map((role) => [role, typesOf(role)])) as ComponentSet;
}

/** Whether to ask for the components themselves; notes that it was asked. */
export function mustAskComponents(session: Session, agent: StoredAgent, nowMs: number): boolean {
  if (!hasCapability(agent.capabilities, "ReportsAvailableComponents")) return false;
  if (agent.components?.set) return false;
  const { componentsAskedMs } = session;
  if (componentsAskedMs !== null && nowMs - componentsAskedMs < askAgainMs) return false;
  session.componentsAskedMs = nowMs;
  return true;
}

/** What the fleet's agents say of themselves, counted. Each distinct set is read once. */
export function countComponents(
  agents: Iterable<StoredAgent>,
  sets: ComponentSets,
  versionOf: (agent: StoredAgent) => string | null,
  { selector, visible }: ComponentsQuery,
): FleetComponents {
  const wanted = selector ? parseSelector(selector) : [];
  const isVisible = visible ? labelMatcher(visible) : () => true;
  const versions = new Map<string, number>();
  const bySet = new Map<string, number>();
  let looked = 0;
  let reporting = 0;
  for (const agent of agents) {
    if (agent.revokedAt !== null || !matchSelector(wanted, agent.labels) || !isVisible(agent.labels))
      continue;
    looked++;
    const version = versionOf(agent);
    if (version !== null) add(versions, version, 1);
    const set = agent.components?.set;
    if (!set) continue;
    reporting++;
    add(bySet, set, 1);
  }
  const components = Object.fromEntries(
    componentRoles.map((role) => [role, new Map<string, number>()]),
  ) as Record<ComponentRole, Map<string, number>>;
  for (const [key, count] of bySet) {
    const set = sets.read(key);
    if (set)
      for (const role of componentRoles) for (const type of set[role]) add(components[role], type, count);
  }
  return {
    agents: looked,
    reporting,
    versions: sorted(versions).map(([version, count]) => ({ version, agents: count })),
    components: componentRoles.flatMap((role) =>
      sorted(components[role]).map(([type, count]) => ({ role, type, agents: count })),
    ),
  };
}

const add = (counts: Map<string, number>, key: string, count: number) =>
  counts.set(key, (counts.get(key) ?? 0) + count);
const sorted = (counts: ReadonlyMap<string, number>) => [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
