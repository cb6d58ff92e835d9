import { formatSelector, parseSelector, SelectorError } from "../fleets/selector.ts";
import type { ConfigId } from "../ids.ts";

/** What the rules of one release following another need to know of an assignment. */
export interface Placement {
  configId: ConfigId;
  selector: string;
  fileName: string;
}

export const maxAssignments = 50;

/**
 * The file names that the current release gives a config: that of the same selector where there is one, or else every
 * different one. None = the config is new to the fleet; several = a person must say which.
 */
export function inheritedFileNames(
  current: readonly Placement[],
  config: Pick<Placement, "configId" | "selector">,
): string[] {
  const known = current.filter((one) => one.configId === config.configId);
  const selector = canonical(config.selector);
  const same = known.filter((one) => canonical(one.selector) === selector);
  return [...new Set((same.length > 0 ? same : known).map((one) => one.fileName))];
}

/** The current release's assignments whose config is not named again, and whose file nobody else writes for the same agents. */
export function carriedOver<A extends Placement>(current: readonly A[], named: readonly Placement[]): A[] {
  const configs = new Set(named.map((one) => one.configId));
  const places = new Set(named.map(placeOf));
  return current.filter((one) => !configs.has(one.configId) && !places.has(placeOf(one)));
}

/** An assignment of a release, as far as it must be told from another one in its place. */
export interface PlacedVersion extends Placement {
  configName: string;
  version: number;
}

/**
 * What a release would undo that its author never meant to: it was made on top of the release `then`, and starts on top
 * of `now`. What it only kept from `then` must be there still, and, where it kept all the rest, nothing may have come.
 * Answers what has changed, in words; empty = nothing.
 */
export function changedMeanwhile(
  next: readonly PlacedVersion[],
  then: readonly PlacedVersion[],
  now: readonly PlacedVersion[],
): string[] {
  const thenBy = new Map(then.map((one) => [placeOf(one), one]));
  const nowBy = new Map(now.map((one) => [placeOf(one), one]));
  const kept = next.filter((one) => isSame(thenBy.get(placeOf(one)), one));
  const changed = kept.flatMap((one) => {
    const present = nowBy.get(placeOf(one));
    if (isSame(present, one)) return [];
    const what = present ? `${nameOf(present)} has taken its place` : "the current release has it no more";
    return [`it keeps ${nameOf(one)}, but ${what}`];
  });
  const nextPlaces = new Set(next.map(placeOf));
  const configs = new Set(next.map((one) => one.configId));
  const keepsRest =
    kept.length > 0 && then.every((one) => nextPlaces.has(placeOf(one)) || configs.has(one.configId));
  const come = now.filter((one) => !thenBy.has(placeOf(one)) && !nextPlaces.has(placeOf(one)));
  if (!keepsRest) return changed;
  return [
    ...changed,
    ...come
      .filter((one) => !configs.has(one.configId))
      .map((one) => `it does not have ${nameOf(one)}, which has come since`),
  ];
}

const nameOf = ({ configName, version }: PlacedVersion): string => `${configName} v${version}`;

function isSame(one: PlacedVersion | undefined, other: PlacedVersion): boolean {
  return one?.configId === other.configId && one.version === other.version;
}

/** Equal for two assignments that write one file for the same selector. */
export function placeOf({ fileName, selector }: Pick<Placement, "fileName" | "selector">): string {
  return `${fileName} ${canonical(selector)}`;
}

/** A selector that cannot be read equals only itself; that it cannot be read is said elsewhere. */
function canonical(selector: string): string {
  try {
    return formatSelector(parseSelector(selector));
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return selector;
  }
}
