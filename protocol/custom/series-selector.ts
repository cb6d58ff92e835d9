import { isOwnSeries, ownNames } from "../../domain/metrics/series.ts";

/**
 * Which series of a Prometheus text, or of those that the agent itself measures, is meant: a name, with label matchers if
 * need be.
 */
export interface SeriesSelector {
  name: string;
  matches: (labels: ReadonlyMap<string, string>) => boolean;
}

/** The selector cannot be read; the message says where and how to write it. */
export class SeriesSelectorError extends Error {
  override readonly name = "SeriesSelectorError";
}

const nameAt = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
/** What the agent measures itself has dots in its name. */
const ownNameAt = /[a-z0-9_.]*/y;
const labelAt =
  /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*/y;
const escapes: Record<string, string> = { n: "\n", "\\": "\\", '"': '"', "'": "'" };

/**
 * Reads `name{label="value",other!="x",code=~"5..",path!~"/health.*"}`. A regular expression must match the whole value;
 * a label that a series lacks has the value "". @throws SeriesSelectorError
 */
export function parseSeriesSelector(text: string): SeriesSelector {
  const trimmed = text.trim();
  const pattern = isOwnSeries(trimmed) ? ownNameAt : nameAt;
  pattern.lastIndex = 0;
  const name = pattern.exec(trimmed)?.[0];
  if (!name)
    throw new SeriesSelectorError(`"${text}" does not begin with a series name, such as http_requests_total`);
  if (pattern === ownNameAt && !ownNames.includes(name)) {
    throw new SeriesSelectorError(`an agent measures no "${name}"; it measures ${ownNames.join(", ")}`);
  }
  const braces = trimmed.slice(name.length).trim();
  if (braces === "") return { name, matches: () => true };
  if (!braces.startsWith("{") || !braces.endsWith("}")) {
    throw new SeriesSelectorError(`after "${name}" write nothing, or matchers in braces: {code="500"}`);
  }
  const matchers = readMatchers(name, braces.slice(1, -1));
  return { name, matches: (labels) => matchers.every((holds) => holds(labels)) };
}

/** Why the selector cannot be read; null = it can. */
export function seriesSelectorProblem(text: string): string | null {
  try {
    parseSeriesSelector(text);
    return null;
  } catch (error) {
    if (error instanceof SeriesSelectorError) return error.message;
    throw error;
  }
}

type Matcher = (labels: ReadonlyMap<string, string>) => boolean;

function readMatchers(name: string, body: string): Matcher[] {
  const matchers: Matcher[] = [];
  let at = 0;
  while (body.slice(at).trim() !== "") {
    labelAt.lastIndex = at;
    const [all, label = "", operator = "", double, single] = labelAt.exec(body) ?? [];
    if (all === undefined) {
      throw new SeriesSelectorError(
        `cannot read "${body.slice(at).trim()}" of "${name}": write label="value", with =, !=, =~ or !~`,
      );
    }
    matchers.push(matcher(label, operator, unquote(double ?? single ?? "")));
    at += all.length;
    if (body[at] === ",") at++;
    else if (at < body.length)
      throw new SeriesSelectorError(`put a comma before "${body.slice(at)}" of "${name}"`);
  }
  return matchers;
}

const unquote = (text: string) => text.replace(/\\(.)/gs, (all, char: string) => escapes[char] ?? all);

function matcher(label: string, operator: string, value: string): Matcher {
  const read = (labels: ReadonlyMap<string, string>) => labels.get(label) ?? "";
  if (operator === "=") return (labels) => read(labels) === value;
  if (operator === "!=") return (labels) => read(labels) !== value;
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?:${value})$`, "su");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SeriesSelectorError(`"${label}${operator}" needs a regular expression: ${reason}`);
  }
  return operator === "=~" ? (labels) => pattern.test(read(labels)) : (labels) => !pattern.test(read(labels));
}
