/** What the agents of a fleet say of the programs that will read a config. A kind may check a text against it. */
export interface AgentFacts {
  /** Distinct versions that agents report of themselves, sorted; empty = none does. */
  versions: string[];
  /** null = no agent reports its components. */
  components: ComponentFacts | null;
}

export const componentRoles = ["receiver", "processor", "exporter", "connector", "extension"] as const;
export type ComponentRole = (typeof componentRoles)[number];

export interface ComponentFacts {
  /** How many agents report their components. */
  agents: number;
  /** By role: a component's type → how many of those agents have it. */
  byRole: Record<ComponentRole, Record<string, number>>;
}

/** What a fleet answers about its agents, counted. */
export interface ReportedFacts {
  /** Agents that report their components. */
  reporting: number;
  versions: readonly { version: string }[];
  components: readonly { role: ComponentRole; type: string; agents: number }[];
}

/** The same as a kind reads it. */
export function factsOf({ reporting, versions, components }: ReportedFacts): AgentFacts {
  const countsOf = (role: ComponentRole) =>
    Object.fromEntries(
      components.filter((one) => one.role === role).map(({ type, agents }) => [type, agents]),
    );
  const byRole: ComponentFacts["byRole"] = {
    receiver: countsOf("receiver"),
    processor: countsOf("processor"),
    exporter: countsOf("exporter"),
    connector: countsOf("connector"),
    extension: countsOf("extension"),
  };
  return {
    versions: versions.map(({ version }) => version),
    components: reporting === 0 ? null : { agents: reporting, byRole },
  };
}
