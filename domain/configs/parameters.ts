import { type FieldError, refuse } from "../errors.ts";
import { PlaceholderTokens } from "./inputs/placeholder-tokens.ts";
import { inputName } from "./inputs/placeholders.ts";
import {
  compileTemplate,
  fillTemplate,
  InputError,
  type InputType,
  type Quoting,
} from "./inputs/template.ts";
import { patternProblem } from "./parameter-pattern.ts";
import { listNames, nearest } from "./suggest.ts";
import type { TemplateParameter } from "./templates.ts";

/** `$${param:` stands for the text `${param:`. No name is longer, and so no end is looked for further on. */
const opening = /\$?\$\{param:(?:([^}\n\r]{0,200})\})?/g;
/** Escapes, and inputs whose name is a parameter's value: `${secret:${param:NAME}}`. */
const inputParts = /\$\$\{(?:var|secret|agent):|\$\{(?:var|secret|agent):(?=\$\{param:)/g;
/** The longest value that a pattern is held against. */
const maxMatchedChars = 200;

/** Named at most; a text that has more is told about these first. */
const maxProblems = 100;

interface Prepared {
  /** With parameters as variables, and all that is not one hidden. */
  text: string;
  tokens: PlaceholderTokens;
  problems: { name: string; line: number; message: string }[];
}

function prepare(content: string, names: ReadonlySet<string>): Prepared {
  const tokens = new PlaceholderTokens(content);
  const problems: Prepared["problems"] = [];
  const hidden = tokens.mask(content.replace(inputParts, (found) => tokens.hide(found)));
  let line = 1;
  let counted = 0;
  const text = hidden.replace(opening, (found, name: string | undefined, offset: number) => {
    if (found.startsWith("$$")) return tokens.hide("${param:") + found.slice("$${param:".length);
    if (name !== undefined && names.has(name)) return `\${var:${name}}`;
    if (problems.length === maxProblems) return tokens.hide(found.padEnd(8));
    for (
      let at = hidden.indexOf("\n", counted);
      at !== -1 && at < offset;
      at = hidden.indexOf("\n", counted)
    ) {
      line++;
      counted = at + 1;
    }
    const meant = name === undefined ? null : nearest(name, names);
    problems.push({
      name: name ?? "",
      line,
      message:
        name === undefined || !inputName.test(name)
          ? `line ${line} has "${found.slice(0, 60)}", which is no parameter: write \${param:NAME}, or $\${param: for the text itself`
          : `line ${line} names the parameter ${name}, which is not declared${meant ? `; did you mean ${meant}?` : ": declare it"}`,
    });
    return tokens.hide(found.padEnd(8));
  });
  return { text, tokens, problems };
}

/** What is wrong with a template, whatever values it will be given. Paths are of `{content, parameters}`. */
export function checkTemplate(content: string, parameters: readonly TemplateParameter[]): FieldError[] {
  const names = new Set(parameters.map(({ name }) => name));
  const errors: FieldError[] = [];
  parameters.forEach(({ name, type, default: value, pattern }, index) => {
    const path = `parameters[${index}]`;
    if (parameters.findIndex((one) => one.name === name) < index) {
      errors.push({ path: `${path}.name`, message: `"${name}" is declared twice` });
    }
    const broken = pattern === null ? null : patternProblem(pattern);
    if (broken !== null) errors.push({ path: `${path}.pattern`, message: broken });
    const wrong = value === null || broken !== null ? null : valueProblem({ type, pattern }, value);
    if (wrong !== null) errors.push({ path: `${path}.default`, message: wrong });
  });
  const { problems, tokens } = prepare(content, names);
  if (tokens.off) {
    errors.push({
      path: "content",
      message: "holds letters for private use (U+E010 to U+E021): remove them",
    });
  }
  return [...errors, ...problems.map(({ message }) => ({ path: "content", message }))];
}

/** What is wrong with a value; null = nothing. */
function valueProblem(
  { type, pattern }: Pick<TemplateParameter, "type" | "pattern">,
  text: string,
): string | null {
  const wrong = typeProblem(type, text);
  if (wrong !== null || pattern === null) return wrong;
  if (text.length > maxMatchedChars) return `has more than ${maxMatchedChars} characters`;
  return new RegExp(`^(?:${pattern})$`, "u").test(text) ? null : `does not match ${pattern}`;
}

function typeProblem(type: InputType, text: string): string | null {
  if (type === "string") return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return type === "json" ? "is not JSON" : `is not a ${type}`;
  }
  const fits =
    type === "json" || (type === "number" ? typeof value === "number" : typeof value === "boolean");
  return fits ? null : `is not a ${type}`;
}

/**
 * All values of a template: those given, else the defaults.
 * @throws DomainError `validation_failed` that names each parameter
 */
export function chooseParameters(
  parameters: readonly TemplateParameter[],
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = parameters.map(({ name }) => name);
  const errors: FieldError[] = [];
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    const there = known.length === 0 ? "it has none" : `it has ${listNames(known)}`;
    const message = `is no parameter of the template; ${meant ? `did you mean ${meant}?` : there}`;
    errors.push({ path: `parameters.${name}`, message });
  }
  const chosen = parameters.map((parameter) => {
    const { name } = parameter;
    const value = Object.hasOwn(given, name) ? given[name] : parameter.default;
    if (value === null || value === undefined) {
      const path = `parameters.${name}`;
      errors.push({ path, message: `must be given${parameter.title ? `: ${parameter.title}` : ""}` });
      return [name, ""] as const;
    }
    const wrong = valueProblem(parameter, value);
    if (wrong !== null) errors.push({ path: `parameters.${name}`, message: wrong });
    return [name, value] as const;
  });
  const [first, ...rest] = errors;
  if (first) {
    const nameOf = ({ path }: FieldError) => path.slice("parameters.".length);
    const more = rest.length > 0 ? ` (look at ${listNames(rest.map(nameOf))} too)` : "";
    const detail = `The template cannot be filled in: ${nameOf(first)} ${first.message}${more}.`;
    refuse("validation_failed", detail, errors);
  }
  return Object.fromEntries(chosen);
}

/**
 * The template's text with values in the place of its parameters, written as the kind asks for where they stand. All else,
 * `${var:…}` and its like included, stays as it is.
 * @throws DomainError `validation_failed` for a value that cannot stand in its place
 */
export function fillParameters(
  quoting: Quoting,
  content: string,
  parameters: readonly TemplateParameter[],
  values: Readonly<Record<string, string>>,
): string {
  // A text that a kind reads as YAML too is written as YAML, of which JSON is a part.
  const style = quoting === "json" ? "yaml" : quoting;
  const { text, tokens } = prepare(content, new Set(parameters.map(({ name }) => name)));
  const types = new Map(parameters.map(({ name, type }) => [name, type]));
  try {
    const filled = fillTemplate(compileTemplate(style, text), ({ name }) => ({
      type: types.get(name) ?? "string",
      text: values[name] ?? "",
    }));
    return tokens.unmask(filled);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { name, line } = error.slot;
    const message = error.message.replace("${var:", "${param:");
    return refuse("validation_failed", `Line ${line} of the template: ${message} ${error.hint}`, [
      { path: `parameters.${name}`, message: `${message} ${error.hint}` },
    ]);
  }
}
