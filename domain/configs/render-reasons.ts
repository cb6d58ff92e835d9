import type { ChosenValue, ChosenValues } from "./inputs/fill.ts";
import type { FileReference } from "./render.ts";

/** A file with the config version that it comes from, where that is known. */
export interface SourcedFile extends FileReference {
  config?: { name: string; version: number };
}

const sourceOf = ({ sha256, filled }: FileReference): string => filled?.source ?? sha256;
const nameOf = ({ name, config }: SourcedFile): string =>
  config ? `${config.name} v${config.version}` : `the file ${name}`;

/** What makes the difference between two renders, each cause once. `before` null = it is not held any more. */
export function renderReasons(
  before: readonly SourcedFile[] | null,
  after: readonly SourcedFile[],
): string[] {
  if (before === null) return ["What it runs is not held any more, so that nothing can be compared."];
  const old = new Map(before.map((file) => [file.name, file]));
  const reasons: string[] = [];
  for (const file of after) {
    const was = old.get(file.name);
    old.delete(file.name);
    if (was) reasons.push(...fileReasons(was, file));
    else reasons.push(`${nameOf(file)} newly matches, as ${file.name}`);
  }
  for (const file of old.values()) reasons.push(`${nameOf(file)} no longer matches: ${file.name} goes`);
  return [...new Set(reasons)];
}

function fileReasons(was: SourcedFile, is: SourcedFile): string[] {
  const reasons: string[] = [];
  const sameText = sourceOf(was) === sourceOf(is);
  if (was.config && is.config && was.config.name !== is.config.name) {
    reasons.push(`${is.name} comes from ${nameOf(is)} in place of ${nameOf(was)}`);
  } else if (!sameText) {
    reasons.push(
      was.config && is.config
        ? `${is.config.name} v${was.config.version} → v${is.config.version}`
        : `another text in ${is.name}`,
    );
  }
  if (sameText && was.contentType !== is.contentType) {
    reasons.push(`content type of ${is.name}: ${was.contentType} → ${is.contentType}`);
  }
  return [...reasons, ...valueReasons(was.filled?.values ?? {}, is.filled?.values ?? {}, sameText)];
}

const words: Record<string, string> = { var: "variable", secret: "secret", agent: "label" };

/** What only one of two texts names is told by the change of the text. */
function valueReasons(was: ChosenValues, is: ChosenValues, sameText: boolean): string[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].sort().flatMap((key) => {
    const [before, after] = [was[key], is[key]];
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    if (!sameText && (!before || !after)) return [];
    const at = key.indexOf(":");
    const what = `${words[key.slice(0, at)] ?? ""} ${key.slice(at + 1)}`;
    if (!before || !after) {
      return [after ? `${what} is set: ${show(after)}` : `${what} is no longer set: its default counts`];
    }
    const [a, b] = [show(before), show(after)];
    return [a === b ? `${what}: another row of it counts` : `${what}: ${a} → ${b}`];
  });
}

const shownChars = 60;

function show(value: ChosenValue): string {
  if ("secret" in value) return `v${value.version}`;
  const text = value.type === "string" ? JSON.stringify(value.text) : value.text;
  return text.length > shownChars ? `${text.slice(0, shownChars)}…` : text;
}
