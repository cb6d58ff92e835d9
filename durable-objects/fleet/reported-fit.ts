import type { Diagnostic } from "../../domain/configs/diagnostic.ts";
import { type AgentFacts, componentRoles } from "../../domain/configs/facts.ts";
import { withUnknowns } from "../../domain/configs/inputs/placeholders.ts";
import type { ConfigKind } from "../../domain/configs/kind.ts";
import { kinds } from "../../domain/configs/kinds.ts";
import type { AgentId } from "../../domain/ids.ts";
import { fitting, plural } from "../../domain/plural.ts";
import type { KeptAssignment, OpenRelease } from "./open-release.ts";
import type { AgentRecord } from "./parts.ts";
import type { PlannedRelease } from "./rollout-plan.ts";
import { renderFor } from "./wanted.ts";

/** What the agents of a fleet say of themselves. */
export interface Reported {
  /** Components that so many agents with this set have. */
  components(set: string, agents: number): AgentFacts["components"];
  /** Of the program that reads the configs; null = the agent does not say. */
  programVersion(id: AgentId): string | null;
}

/** Agents that say the same, by what the kind looks at. */
interface Group {
  facts: AgentFacts;
  names: string[];
}

/** Characters that one plan has held against what agents say. */
const maxChars = 5_000_000;
const warningsShown = 20;
const namesShown = 5;

/** What configs of the plan ask for that agents which get them say they do not have: the config, the place and the agents. */
export function unfitWarnings(
  { plan }: Pick<PlannedRelease, "plan">,
  release: OpenRelease,
  recordOf: (id: AgentId) => AgentRecord | undefined,
  reported: Reported,
): string[] {
  const warnings: string[] = [];
  let chars = 0;
  for (const [assignment, records] of reachedBy(plan, release, recordOf)) {
    const kind = kinds.find((one) => one.kind === assignment.kind);
    if (!kind?.looksAt) continue;
    const groups = groupsOf(kind.looksAt, records, reported);
    const text = withUnknowns(release.textOf(assignment.sha256));
    chars += text.length * (groups.length + 2);
    const where = `${assignment.configName} v${assignment.version} (${assignment.fileName})`;
    if (chars > maxChars) {
      warnings.push(`${where} was not held against what its agents report: the plan has too much of it.`);
      continue;
    }
    warnings.push(...unfitIn(kind, text, groups).map((one) => `${where}, ${one}`));
  }
  if (warnings.length <= warningsShown) return warnings;
  const more = warnings.length - warningsShown;
  return [
    ...warnings.slice(0, warningsShown),
    `${plural(more, "more thing")} that agents do not have ${fitting(more, "is", "are")} asked for.`,
  ];
}

/** Those whom the plan changes, by what they are given. */
function reachedBy(
  plan: PlannedRelease["plan"],
  release: OpenRelease,
  recordOf: (id: AgentId) => AgentRecord | undefined,
): Map<KeptAssignment, AgentRecord[]> {
  const matchedOf = new Map<string, KeptAssignment[]>();
  const reached = new Map<KeptAssignment, AgentRecord[]>();
  for (const { id, target, change } of plan.flat()) {
    const record = change === "unchanged" ? undefined : recordOf(id);
    if (!record) continue;
    let matched = matchedOf.get(target);
    if (!matched) {
      matched = renderFor(release, record)?.matched ?? [];
      matchedOf.set(target, matched);
    }
    for (const assignment of matched) {
      const records = reached.get(assignment) ?? [];
      reached.set(assignment, records);
      records.push(record);
    }
  }
  return reached;
}

function groupsOf(
  looksAt: NonNullable<ConfigKind["looksAt"]>,
  records: readonly AgentRecord[],
  reported: Reported,
): Group[] {
  const names = new Map<string, string[]>();
  for (const { id, name, components } of records) {
    const said = looksAt === "components" ? components?.set : reported.programVersion(id);
    if (!said) continue;
    const same = names.get(said);
    if (same) same.push(name);
    else names.set(said, [name]);
  }
  return [...names].map(([said, of]) => ({
    names: of,
    facts:
      looksAt === "components"
        ? { versions: [], components: reported.components(said, of.length) }
        : { versions: [said], components: null },
  }));
}

/** Each problem that the text has for these agents and not for itself: its line, what it is, and whose. */
function unfitIn(kind: ConfigKind, text: string, groups: readonly Group[]): string[] {
  if (groups.length === 0) return [];
  const known = new Set(kind.inspect(text).diagnostics.map(placeOf));
  const unfit = (facts: AgentFacts) =>
    kind.inspect(text, facts).diagnostics.filter((one) => !known.has(placeOf(one)));
  const namesAt = new Map<string, string[]>();
  for (const { facts, names } of groups) {
    for (const at of new Set(unfit(facts).map(spotOf)))
      namesAt.set(at, [...(namesAt.get(at) ?? []), ...names]);
  }
  return unfit(together(groups)).flatMap((one) => {
    const names = (namesAt.get(spotOf(one)) ?? []).sort();
    if (names.length === 0) return [];
    const more = names.length - namesShown;
    const shown = `${names.slice(0, namesShown).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    return [`line ${one.line}: ${one.message} ${fitting(names.length, "Agent", "Agents")}: ${shown}.`];
  });
}

const spotOf = ({ line, column, path }: Diagnostic): string => `${line}:${column} ${path}`;
const placeOf = (one: Diagnostic): string => `${one.code} ${spotOf(one)}`;

function together(groups: readonly Group[]): AgentFacts {
  const versions = groups.flatMap(({ facts }) => facts.versions).sort();
  const all: NonNullable<AgentFacts["components"]> = {
    agents: 0,
    byRole: { receiver: {}, processor: {}, exporter: {}, connector: {}, extension: {} },
  };
  for (const { components } of groups.map(({ facts }) => facts)) {
    if (!components) continue;
    all.agents += components.agents;
    for (const role of componentRoles) {
      const counts = all.byRole[role];
      for (const [type, count] of Object.entries(components.byRole[role])) {
        counts[type] = (Object.hasOwn(counts, type) ? (counts[type] ?? 0) : 0) + count;
      }
    }
  }
  return { versions, components: all.agents === 0 ? null : all };
}
