import { DomainError } from "../errors.ts";
import type { Labels } from "../fleets/agent-state.ts";
import { formatSelector, matchSelector, parseSelector, type Selector } from "../fleets/selector.ts";
import { sha256Hex } from "./hash.ts";

/** What render needs to know of an assignment; `sha256` is that of `content`, taken once when the version was made. */
export interface RenderableAssignment {
  configName: string;
  version: number;
  selector: string;
  fileName: string;
  contentType: string;
  sha256: string;
}

export interface FileReference {
  name: string;
  contentType: string;
  /** Hex sha256 of the file's content. */
  sha256: string;
}

export interface Render<A extends RenderableAssignment> {
  /** Sorted by name. */
  files: FileReference[];
  /** null = no assignment matched, so the agent is given nothing. */
  hash: string | null;
  matched: A[];
}

/** Hex sha256 over the files, sorted by name: equal sets of files have equal hashes, whatever release they come from. */
export function hashFiles(files: readonly FileReference[]): string {
  const sorted = [...files].sort(byName).map((file) => [file.name, file.contentType, file.sha256]);
  return sha256Hex(JSON.stringify(sorted));
}

/** The hash of "no files": offered to return an agent to the state before any config of ours. */
export const emptyConfigHash = hashFiles([]);

interface Matched<A extends RenderableAssignment = RenderableAssignment> {
  assignment: A;
  /** Its place among the release's assignments. */
  index: number;
}

type Named = Pick<RenderableAssignment, "configName" | "version" | "selector" | "fileName">;
interface Place {
  assignment: Named;
  index: number;
}

/** Two matching assignments write the same file. */
export class FileConflictError extends DomainError {
  readonly fileName: string;
  constructor(fileName: string, first: Place, second: Place) {
    const [a, b] = [describe(first.assignment), describe(second.assignment)];
    super({
      code: "plan_impossible",
      detail:
        `${a} and ${b} both write the file "${fileName}" on the same agent. Give one of them another fileName ` +
        "(--file-name) or selectors that exclude each other; or leave out what the current release brings along " +
        "(keepOthers: false, --only).",
      errors: [
        { path: `assignments[${first.index}].fileName`, message: `"${fileName}" is also written by ${b}` },
        { path: `assignments[${second.index}].fileName`, message: `"${fileName}" is also written by ${a}` },
      ],
    });
    this.name = "FileConflictError";
    this.fileName = fileName;
  }
}

/**
 * Parses a release's selectors once and renders it for one agent's labels after another. Agents that match the same
 * assignments share one result, so each distinct hash is computed once.
 * @throws SelectorError for a selector that cannot be read
 */
export function renderer<A extends RenderableAssignment>(
  assignments: readonly A[],
): (labels: Labels) => Render<A> {
  const parsed: (Matched<A> & { selector: Selector })[] = assignments.map((assignment, index) => ({
    assignment,
    index,
    selector: parseSelector(assignment.selector),
  }));
  const known = new Map<string, Render<A>>();
  return (labels) => {
    let key = "";
    for (const { selector } of parsed) key += matchSelector(selector, labels) ? "1" : "0";
    let result = known.get(key);
    if (!result) {
      result = combine(parsed.filter(({ index }) => key[index] === "1"));
      known.set(key, result);
    }
    return result;
  };
}

/**
 * What an agent with these labels should run.
 * @throws FileConflictError when two matching assignments write the same file
 * @throws SelectorError for a selector that cannot be read
 */
export function render<A extends RenderableAssignment>(assignments: readonly A[], labels: Labels): Render<A> {
  return renderer(assignments)(labels);
}

/**
 * Refuses a release that no fleet could run: two assignments that write one file for the same selector, or one of them
 * for every agent. Whether others meet on an agent depends on its labels, and shows when it is rendered.
 * @throws FileConflictError
 * @throws SelectorError for a selector that cannot be read
 */
export function refuseCertainConflicts(assignments: readonly Named[]): void {
  const byFile = new Map<string, (Place & { selector: string })[]>();
  for (const [index, assignment] of assignments.entries()) {
    const { fileName } = assignment;
    const selector = formatSelector(parseSelector(assignment.selector));
    const others = byFile.get(fileName) ?? [];
    const met = others.find((one) => one.selector === selector || one.selector === "" || selector === "");
    if (met) throw new FileConflictError(fileName, met, { assignment, index });
    byFile.set(fileName, [...others, { assignment, index, selector }]);
  }
}

function combine<A extends RenderableAssignment>(found: readonly Matched<A>[]): Render<A> {
  const matched = found.map(({ assignment }) => assignment);
  if (matched.length === 0) return { files: [], hash: null, matched };
  const byFile = new Map<string, Matched<A>>();
  for (const one of found) {
    const { fileName } = one.assignment;
    const other = byFile.get(fileName);
    if (other) throw new FileConflictError(fileName, other, one);
    byFile.set(fileName, one);
  }
  const files = matched
    .map(({ fileName, contentType, sha256 }) => ({ name: fileName, contentType, sha256 }))
    .sort(byName);
  return { files, hash: hashFiles(files), matched };
}

function byName(a: FileReference, b: FileReference): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function describe(assignment: Named): string {
  const who = assignment.selector === "" ? "every agent" : assignment.selector;
  return `${assignment.configName} v${assignment.version} (${who})`;
}
