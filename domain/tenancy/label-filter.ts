import type { Labels } from "../fleets/agent-state.ts";
import { matchSelector, parseSelector } from "../fleets/selector.ts";
import { type Access, appliesBesideLabels, decide, type Place, type Statement } from "./access.ts";
import { isOfAgents } from "./labels.ts";
import { type Permission, permissions } from "./permissions.ts";

/** Selectors that all must match. */
type All = string[];

/**
 * Which agents somebody may do something to, by their labels: each of the list must let an agent pass, by one of
 * `allow` and by none of `deny`. An empty selector list matches every agent. Plain, so that it travels to the fleet.
 */
export type LabelFilter = { allow: All[]; deny: All[] }[];

/** What `decide` says of `permission` for each agent of a place that has labels still unknown. */
export function labelFilter(access: Access, permission: Permission, place: Place): LabelFilter {
  return access.map((statements) => {
    const having = (effect: Statement["effect"]): All[] =>
      statements
        .filter((one) => one.effect === effect && appliesBesideLabels(one, permission, place))
        .map(({ within }) => within.flatMap((scope) => (scope.kind === "agents" ? [scope.selector] : [])));
    return { allow: having("allow"), deny: having("deny") };
  });
}

/** What somebody may do to some agents of a place only, by their labels. */
export interface PartialReach {
  permission: Permission;
  filter: LabelFilter;
  /** Agents that it does not matter for. */
  unless?: LabelFilter;
}

export function partialReaches(access: Access, place: Place): PartialReach[] {
  return permissions
    .filter((permission) => isOfAgents(permission) && decide(access, permission, place).verdict === "partly")
    .map((permission) => ({ permission, filter: labelFilter(access, permission, place) }));
}

/** What labels open to whoever has these statements, where the caller has it not: nobody gives what they have not got. */
export function foreignReaches(
  statements: readonly Statement[],
  access: Access,
  place: Place,
): PartialReach[] {
  return permissions.filter(isOfAgents).flatMap((permission) => {
    const { verdict } = decide(access, permission, place);
    if (verdict === "allow") return [];
    const unless = verdict === "partly" ? { unless: labelFilter(access, permission, place) } : {};
    return statements.flatMap((one): PartialReach[] => {
      const selectors = one.within.flatMap((scope) => (scope.kind === "agents" ? [scope.selector] : []));
      if (selectors.length === 0 || !appliesBesideLabels(one, permission, place)) return [];
      const { effect } = one;
      const filter =
        effect === "allow" ? [{ allow: [selectors], deny: [] }] : [{ allow: [[]], deny: [selectors] }];
      return [{ permission, filter, ...unless }];
    });
  });
}

/** A test of a change of labels: the first permission that the agent would come into the reach of; null = none. */
export function entryCheck(
  reaches: readonly PartialReach[],
): (before: Labels, after: Labels) => Permission | null {
  const tests = reaches.map(({ permission, filter, unless = [] }) => ({
    permission,
    passes: labelMatcher(filter),
    spared: labelMatcher(unless),
  }));
  return (before, after) =>
    tests.find(({ passes, spared }) => passes(after) && !passes(before) && !spared(before))?.permission ??
    null;
}

/** A test of labels that reads each selector once. Nothing passes an empty filter. */
export function labelMatcher(filter: LabelFilter): (labels: Labels) => boolean {
  const test = (all: All) => {
    const selectors = all.map(parseSelector);
    return (labels: Labels) => selectors.every((selector) => matchSelector(selector, labels));
  };
  const lists = filter.map(({ allow, deny }) => ({ allow: allow.map(test), deny: deny.map(test) }));
  return (labels) =>
    lists.length > 0 &&
    lists.every(({ allow, deny }) => allow.some((one) => one(labels)) && !deny.some((one) => one(labels)));
}
