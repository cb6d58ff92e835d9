import { DomainError } from "../../errors.ts";
import type { Labels } from "../../fleets/agent-state.ts";
import { matchSelector, parseSelector, type Selector } from "../../fleets/selector.ts";
import type { InputType } from "./template.ts";

/** Where a row of a variable or secret counts. Of the rows of one name, the first level that has one for the agent wins. */
export const inputLevels = ["fleet_labels", "labels", "fleet", "environment"] as const;
export type InputLevel = (typeof inputLevels)[number];

/** The agents that a row is for: `fleet` null = every fleet of the environment, `selector` "" = every agent. */
export interface InputScope {
  fleet: string | null;
  selector: string;
}

export function levelOf({ fleet, selector }: InputScope): InputLevel {
  if (selector !== "") return fleet === null ? "labels" : "fleet_labels";
  return fleet === null ? "environment" : "fleet";
}

export interface FrozenVariable extends InputScope {
  id: string;
  name: string;
  type: InputType;
  value: string;
}

/** A secret as a release names it. What it holds is not here. */
export interface FrozenSecret extends InputScope {
  id: string;
  name: string;
  versionId: string;
  /** The version's number. */
  version: number;
}

/** What a release was given besides its config versions. Only rows of its own fleet, or of every fleet. */
export interface FrozenInputs {
  variables: FrozenVariable[];
  secrets: FrozenSecret[];
}

export const noInputs: FrozenInputs = { variables: [], secrets: [] };

/** All rows of one name, in place of those that a release has. */
export type InputChange =
  | { namespace: "var"; name: string; rows: FrozenVariable[] }
  | { namespace: "secret"; name: string; rows: FrozenSecret[] };

export function withInputs(inputs: FrozenInputs, change: InputChange): FrozenInputs {
  const others = <R extends Row>(rows: readonly R[]) => rows.filter(({ name }) => name !== change.name);
  return change.namespace === "var"
    ? { ...inputs, variables: [...others(inputs.variables), ...change.rows] }
    : { ...inputs, secrets: [...others(inputs.secrets), ...change.rows] };
}

interface Row extends InputScope {
  id: string;
  name: string;
}

/** Two rows of one level are for the same agent, and neither is more special. */
export class InputConflictError extends DomainError {
  constructor(first: Row, second: Row) {
    const [a, b] = [first, second].map(({ selector }) => `"${selector}"`);
    super({
      code: "plan_impossible",
      detail:
        `${first.name} has two values for the same agent: one for ${a}, one for ${b}. ` +
        "Change the selectors so that they exclude each other.",
      errors: [{ path: `inputs.${first.name}`, message: `is set for ${a} and for ${b}, which both match` }],
    });
    this.name = "InputConflictError";
  }
}

/**
 * Parses the selectors once, then answers which row of a name counts for one agent after another.
 * @throws SelectorError for a selector that cannot be read
 */
export function chooser<R extends Row>(rows: readonly R[]): (name: string, labels: Labels) => R | null {
  const byName = new Map<string, { row: R; level: number; selector: Selector }[]>();
  for (const row of rows) {
    const level = inputLevels.indexOf(levelOf(row));
    const known = byName.get(row.name) ?? [];
    known.push({ row, level, selector: parseSelector(row.selector) });
    byName.set(row.name, known);
  }
  for (const known of byName.values()) known.sort((a, b) => a.level - b.level);
  return (name, labels) => {
    let best: { row: R; level: number } | null = null;
    for (const one of byName.get(name) ?? []) {
      if (best && one.level > best.level) break;
      if (!matchSelector(one.selector, labels)) continue;
      if (best) throw new InputConflictError(best.row, one.row);
      best = one;
    }
    return best?.row ?? null;
  };
}
