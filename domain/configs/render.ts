import { DomainError } from "../errors.ts";
import type { Labels } from "../fleets/agent-state.ts";
import { formatSelector, matchSelector, parseSelector, type Selector } from "../fleets/selector.ts";
import { sha256Hex } from "./hash.ts";
import { type ChosenValues, fillFile, secretMark, valueChooser } from "./inputs/fill.ts";
import { InputError, type Template } from "./inputs/template.ts";
import { type FrozenInputs, noInputs } from "./inputs/values.ts";

/** What render needs to know of an assignment; `sha256` is that of `content`, taken once when the version was made. */
export interface RenderableAssignment {
  configName: string;
  version: number;
  selector: string;
  fileName: string;
  contentType: string;
  sha256: string;
  /** Left out = the content has no placeholders and is given as it is. */
  template?: Template;
}

export interface FileReference {
  name: string;
  contentType: string;
  /** Hex sha256 of the file's content; where it holds secrets, of the content with their versions in their place. */
  sha256: string;
  /** Of a file whose placeholders were filled in. */
  filled?: {
    /** Hex sha256 of the text that they stand in. */
    source: string;
    values: ChosenValues;
  };
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
  /** null = it has no placeholders. */
  values: ChosenValues | null;
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

/** A file that cannot be filled in for an agent. */
export class FileInputError extends DomainError {
  constructor({ assignment, index }: Place, { slot, message, hint }: InputError) {
    super({
      code: "plan_impossible",
      detail: `${describe(assignment)}, line ${slot.line}: ${message} ${hint}`,
      errors: [
        { path: `assignments[${index}].content:${slot.line}:${slot.column}`, message: `${message} ${hint}` },
      ],
    });
    this.name = "FileInputError";
  }
}

/**
 * Parses a release's selectors once and renders it for one agent's labels after another. Agents that match the same
 * assignments, with the same values in them, share one result, so each distinct hash is computed once. The function it
 * answers throws FileConflictError, FileInputError or InputConflictError for labels that cannot be rendered.
 * @throws SelectorError for a selector that cannot be read
 */
export function renderer<A extends RenderableAssignment>(
  assignments: readonly A[],
  inputs: FrozenInputs = noInputs,
): (labels: Labels) => Render<A> {
  const choose = valueChooser(inputs);
  const parsed: (Omit<Matched<A>, "values"> & { selector: Selector })[] = assignments.map(
    (assignment, index) => ({
      assignment,
      index,
      selector: parseSelector(assignment.selector),
    }),
  );
  const known = new Map<string, Render<A>>();
  return (labels) => {
    let key = "";
    for (const { selector } of parsed) key += matchSelector(selector, labels) ? "1" : "0";
    const found = parsed
      .filter(({ index }) => key[index] === "1")
      .map((one) => {
        const { template } = one.assignment;
        return { ...one, values: template ? choose(template, labels) : null };
      });
    for (const { values } of found) if (values) key += ` ${JSON.stringify(values)}`;
    let result = known.get(key);
    if (!result) {
      result = combine(found);
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
export function render<A extends RenderableAssignment>(
  assignments: readonly A[],
  labels: Labels,
  inputs: FrozenInputs = noInputs,
): Render<A> {
  return renderer(assignments, inputs)(labels);
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
  const files = found.map(fileOf).sort(byName);
  return { files, hash: hashFiles(files), matched };
}

function fileOf<A extends RenderableAssignment>({ assignment, index, values }: Matched<A>): FileReference {
  const { fileName: name, contentType, sha256, template } = assignment;
  if (!template || !values) return { name, contentType, sha256 };
  try {
    const text = fillFile(template, values, secretMark);
    return { name, contentType, sha256: sha256Hex(text), filled: { source: sha256, values } };
  } catch (error) {
    if (error instanceof InputError) throw new FileInputError({ assignment, index }, error);
    throw error;
  }
}

function byName(a: FileReference, b: FileReference): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function describe(assignment: Named): string {
  const who = assignment.selector === "" ? "every agent" : assignment.selector;
  return `${assignment.configName} v${assignment.version} (${who})`;
}
