import type { FieldError, Refusal } from "../errors.ts";
import type { Labels } from "../fleets/agent-state.ts";
import { formatSelector, matchSelector, parseSelector, type Selector } from "../fleets/selector.ts";
import { agents } from "./gates.ts";
import { type Placement, placeOf } from "./succession.ts";

export interface NamedPlacement extends Placement {
  configName: string;
  version: number;
}

/** An assignment of the current release that the new one does not give to everybody who has it. */
export interface LeftOut {
  assignment: NamedPlacement;
  /** Agents that the new release gives other files: this one is taken from them. */
  losing: number;
  /** Agents that the new release gives nothing: they keep what they run. */
  keeping: number;
}

/** Whom a release reaches, of the agents that are not revoked. */
export interface Coverage {
  agents: number;
  /** How many agents each assignment matches, in their order. */
  matches: number[];
  /** Agents that no assignment matches. */
  unmatched: number;
  leftOut: LeftOut[];
}

interface Parsed {
  assignment: NamedPlacement;
  selector: Selector;
}

const parsed = (assignments: readonly NamedPlacement[]): Parsed[] =>
  assignments.map((assignment) => ({ assignment, selector: parseSelector(assignment.selector) }));

/** @throws SelectorError */
export function coverageOf(
  next: readonly NamedPlacement[],
  current: readonly NamedPlacement[],
  fleet: readonly Labels[],
): Coverage {
  const coming = parsed(next);
  const going = parsed(current).map((one) => ({ ...one, losing: 0, keeping: 0 }));
  const matches = next.map(() => 0);
  let unmatched = 0;
  for (const labels of fleet) {
    const given: NamedPlacement[] = [];
    for (const [index, { assignment, selector }] of coming.entries()) {
      if (!matchSelector(selector, labels)) continue;
      matches[index] = (matches[index] ?? 0) + 1;
      given.push(assignment);
    }
    if (given.length === 0) unmatched++;
    for (const one of going) {
      const { assignment, selector } = one;
      if (!matchSelector(selector, labels) || given.some((other) => follows(other, assignment))) continue;
      if (given.length === 0) one.keeping++;
      else one.losing++;
    }
  }
  const configs = new Set(next.map((one) => one.configId));
  const places = new Set(next.map(placeOf));
  const isGone = (one: NamedPlacement) => !configs.has(one.configId) && !places.has(placeOf(one));
  return {
    agents: fleet.length,
    matches,
    unmatched,
    leftOut: going
      .filter(({ assignment, losing, keeping }) => losing + keeping > 0 || isGone(assignment))
      .map(({ assignment, losing, keeping }) => ({ assignment, losing, keeping })),
  };
}

/** For an agent that both match: the same config, or another one in the same file. */
function follows(next: Placement, current: Placement): boolean {
  return next.configId === current.configId || next.fileName === current.fileName;
}

/** Why a release that reaches no agent of a fleet that has some must not start; null = it may. */
export function unreachedRefusal(
  coverage: Coverage,
  next: readonly NamedPlacement[],
  fleet: readonly Labels[],
): Refusal | null {
  if (coverage.agents === 0 || coverage.unmatched < coverage.agents) return null;
  const count = agents(coverage.agents);
  return {
    code: "plan_impossible",
    detail: `The release matches no agent: the fleet has ${count}, ${labelExamples(next, fleet)}. Correct the selector, or leave it empty for every agent.`,
    errors: next.map((one, index) => unmatched(index, one, coverage.agents)),
  };
}

/**
 * Why a release must not start that changes nothing on any agent, since all that it has over the current one matches
 * nobody; null = it has nothing over it, or that reaches somebody.
 */
export function idleRefusal(
  { matches }: Coverage,
  next: readonly NamedPlacement[],
  current: readonly NamedPlacement[],
  fleet: readonly Labels[],
): Refusal | null {
  const isKept = (one: NamedPlacement) =>
    current.some(
      (other) =>
        other.configId === one.configId && other.version === one.version && placeOf(other) === placeOf(one),
    );
  const own = next.flatMap((one, index) => (isKept(one) ? [] : [{ one, index }]));
  if (own.length === 0 || own.some(({ index }) => matches[index] !== 0)) return null;
  const named = own.map(({ one }) => nameOf(one)).join(", ");
  const examples = labelExamples(
    own.map(({ one }) => one),
    fleet,
  );
  return {
    code: "plan_impossible",
    detail: `No agent would change, since what is new matches none: ${named}. The fleet has ${agents(fleet.length)}, ${examples}. Correct the selector.`,
    errors: own.map(({ one, index }) => unmatched(index, one, fleet.length)),
  };
}

function unmatched(index: number, { selector }: NamedPlacement, count: number): FieldError {
  return {
    path: `assignments[${index}].selector`,
    message: `"${selector}" matches none of the fleet's ${agents(count)}`,
  };
}

/** What a person should know of a release's reach before it starts. `currentNumber`: the current release's. */
export function coverageWarnings(
  coverage: Coverage,
  next: readonly NamedPlacement[],
  currentNumber: number | null,
): string[] {
  if (coverage.agents > 0 && coverage.unmatched === coverage.agents) {
    return coverage.leftOut.map((one) => leftOutText(one, currentNumber));
  }
  const idle = next.filter((_, index) => coverage.agents > 0 && coverage.matches[index] === 0);
  return [
    ...idle.map((one) => `${nameOf(one)} matches no agent now; newcomers that match will get it.`),
    ...coverage.leftOut.map((one) => leftOutText(one, currentNumber)),
  ];
}

function leftOutText({ assignment, losing, keeping }: LeftOut, currentNumber: number | null): string {
  const what = `${nameOf(assignment)} of the current release ${currentNumber ?? ""}`.trimEnd();
  if (losing + keeping === 0) {
    return `${what} is left out: no agent matches it now; newcomers would not get it.`;
  }
  const keep = keeping === 1 ? "1 agent keeps what it runs" : `${agents(keeping)} keep what they run`;
  const lose = losing === 1 ? "1 agent loses" : `${agents(losing)} lose`;
  const parts = [
    keeping > 0 && `${keep}; newcomers would get nothing`,
    losing > 0 && `${lose} the file ${assignment.fileName}`,
  ];
  return `${what} is left out for ${agents(losing + keeping)}: ${parts.filter((part) => part !== false).join("; ")}.`;
}

function nameOf({ configName, version, selector }: NamedPlacement): string {
  return `${configName} v${version} (${selector === "" ? "every agent" : selector})`;
}

const keysShown = 6;
const valuesShown = 3;

/** Some labels that exist, as they are written in a selector: keys that the release asks for first, then the commonest. */
function labelExamples(next: readonly NamedPlacement[], fleet: readonly Labels[]): string {
  const asked = new Set(parsed(next).flatMap(({ selector }) => selector.map((term) => term.key)));
  const byKey = new Map<string, Map<string, number>>();
  for (const labels of fleet) {
    for (const [key, value] of Object.entries(labels)) {
      const values = byKey.get(key) ?? new Map<string, number>();
      byKey.set(key, values.set(value, (values.get(value) ?? 0) + 1));
    }
  }
  if (byKey.size === 0) return "without any labels";
  const rank = (key: string, values: ReadonlyMap<string, number>) => (asked.has(key) ? -1 : values.size);
  const examples = [...byKey]
    .sort(([a, as], [b, bs]) => rank(a, as) - rank(b, bs) || (a < b ? -1 : 1))
    .slice(0, keysShown)
    .flatMap(([key, values]) =>
      [...values]
        .sort(([a, as], [b, bs]) => bs - as || (a < b ? -1 : 1))
        .slice(0, valuesShown)
        .map(([value]) => formatSelector([{ key, operator: "=", value }])),
    );
  return `with labels such as ${examples.join(", ")}`;
}
