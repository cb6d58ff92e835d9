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
