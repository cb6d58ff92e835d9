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
