import { DomainError } from "../errors.ts";
import type { Labels } from "./agent-state.ts";
import { compilePattern, type LabelPattern, PatternError } from "./label-pattern.ts";

/**
 * A label selector: terms joined by commas, all of which must hold. Empty = every agent.
 * `a=b` `a!=b` `a=~regex` `a!~regex` `a in (x,y)` `a notin (x,y)` `a exists` `a` `!a`.
 * `!=`, `!~` and `notin` also hold for agents that do not have the label. Values with spaces, commas, parentheses or
 * quotes are written in double quotes (`a="x, y"`), with `\"` and `\\` inside.
 */
export type SelectorTerm =
  | { key: string; operator: "=" | "!="; value: string }
  | { key: string; operator: "=~" | "!~"; value: string; pattern: LabelPattern }
  | { key: string; operator: "in" | "notin"; values: string[] }
  | { key: string; operator: "exists" | "absent" };
export type Selector = SelectorTerm[];

/** `column` counts from 1. */
export class SelectorError extends DomainError {
  readonly column: number;
  readonly hint: string;
  constructor(text: string, column: number, problem: string, hint: string) {
    super({
      code: "validation_failed",
      detail: `The selector "${text}" cannot be read: ${problem} at column ${column}. ${hint}`,
      errors: [{ path: "selector", message: `column ${column}: ${problem}. ${hint}` }],
    });
    this.name = "SelectorError";
    this.column = column;
    this.hint = hint;
  }
}

const maxLength = 1000;
const keyPattern = /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?/;
const barePattern = /^[^\s,()"=!~]+/;
const operators = ["=~", "!~", "!=", "==", "="] as const;

/** @throws SelectorError */
export function parseSelector(text: string): Selector {
  return new SelectorParser(text).parse();
}

export function matchSelector(selector: Selector, labels: Labels): boolean {
  return selector.every((term) => matchTerm(term, labels));
}

function matchTerm(term: SelectorTerm, labels: Labels): boolean {
  const value = Object.hasOwn(labels, term.key) ? labels[term.key] : undefined;
  switch (term.operator) {
    case "=":
      return value === term.value;
    case "!=":
      return value !== term.value;
    case "=~":
      return value !== undefined && term.pattern.test(value);
    case "!~":
      return value === undefined || !term.pattern.test(value);
    case "in":
      return value !== undefined && term.values.includes(value);
    case "notin":
      return value === undefined || !term.values.includes(value);
    case "exists":
      return value !== undefined;
    case "absent":
      return value === undefined;
  }
}

/** The selector's one written form: parsing it gives the same selector again. */
export function formatSelector(selector: Selector): string {
  return selector.map(formatTerm).join(",");
}

function formatTerm(term: SelectorTerm): string {
  switch (term.operator) {
    case "=":
    case "!=":
    case "=~":
    case "!~":
      return `${term.key}${term.operator}${quote(term.value)}`;
    case "in":
    case "notin":
      return `${term.key} ${term.operator} (${term.values.map(quote).join(",")})`;
    case "exists":
      return term.key;
    case "absent":
      return `!${term.key}`;
  }
}

function quote(value: string): string {
  const isBare = barePattern.exec(value)?.[0] === value;
  return isBare ? value : `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

class SelectorParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Selector {
    if (this.#text.length > maxLength) {
      this.#fail(0, `it has ${this.#text.length} characters`, `Use at most ${maxLength}.`);
    }
    const terms: Selector = [];
    this.#spaces();
    if (this.#at === this.#text.length) return terms;
    for (;;) {
      terms.push(this.#term());
      this.#spaces();
      if (this.#at === this.#text.length) return terms;
      if (this.#text[this.#at] !== ",") {
        this.#fail(
          this.#at,
          `"${this.#word()}" is not expected`,
          "Join terms with a comma, such as a=b,c!=d.",
        );
      }
      this.#at++;
      this.#spaces();
      if (this.#at === this.#text.length) {
        this.#fail(this.#at, "a term is missing after the comma", "Remove the comma, or add a term.");
      }
    }
  }

  #term(): SelectorTerm {
    if (this.#text[this.#at] === "!") {
      this.#at++;
      this.#spaces();
      return { key: this.#key(), operator: "absent" };
    }
    const key = this.#key();
    const gap = this.#spaces();
    const start = this.#at;
    const symbol = operators.find((operator) => this.#text.startsWith(operator, start));
    if (symbol) {
      this.#at += symbol.length;
      this.#spaces();
      const operator = symbol === "==" ? "=" : symbol;
      if (operator === "=~" || operator === "!~") return this.#matches(key, operator);
      return { key, operator, value: this.#value() };
    }
    if (start === this.#text.length || this.#text[start] === ",") return { key, operator: "exists" };
    const word = this.#word();
    if (gap && (word === "in" || word === "notin")) {
      this.#at += word.length;
      return { key, operator: word, values: this.#list() };
    }
    if (gap && word === "exists") {
      this.#at += word.length;
      return { key, operator: "exists" };
    }
    return this.#fail(
      start,
      `"${word}" is not an operator`,
      "Use = != =~ !~ in (…) notin (…) or exists after the label's name.",
    );
  }

  #matches(key: string, operator: "=~" | "!~"): SelectorTerm {
    const start = this.#at;
    const quoted = this.#text[start] === '"';
    const value = quoted ? this.#quoted() : this.#barePattern();
    if (value === "") this.#fail(start, "the pattern is missing", 'Write one, such as name=~"web-.*".');
    try {
      return { key, operator, value, pattern: compilePattern(value) };
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      return this.#fail(start + (quoted ? 1 : 0) + error.at, error.message, "Correct the pattern.");
    }
  }

  /** An unquoted pattern ends at a comma or space that stands outside of brackets. */
  #barePattern(): string {
    const start = this.#at;
    let depth = 0;
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] ?? "";
      if (char === "\\") this.#at++;
      else if ("([{".includes(char)) depth++;
      else if (")]}".includes(char)) depth--;
      else if (depth <= 0 && (char === "," || /\s/.test(char))) break;
    }
    this.#at = Math.min(this.#at, this.#text.length);
    return this.#text.slice(start, this.#at);
  }

  #key(): string {
    const key = keyPattern.exec(this.#text.slice(this.#at))?.[0];
    if (key === undefined) {
      const found = this.#at === this.#text.length ? "the end" : `"${this.#word()}"`;
      return this.#fail(
        this.#at,
        `a label's name is expected, not ${found}`,
        "Names are letters, digits, dots, dashes, underscores and slashes, and start with a letter or digit.",
      );
    }
    this.#at += key.length;
    return key;
  }

  #value(): string {
    if (this.#text[this.#at] === '"') return this.#quoted();
    const value = barePattern.exec(this.#text.slice(this.#at))?.[0];
    if (value === undefined) {
      return this.#fail(this.#at, "a value is missing", 'Write one, such as role=web; an empty one is "".');
    }
    this.#at += value.length;
    return value;
  }

  #quoted(): string {
    const start = this.#at;
    let value = "";
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] as string;
      if (char === '"') {
        this.#at++;
        return value;
      }
      const escaped = this.#text[this.#at + 1];
      if (char === "\\" && (escaped === '"' || escaped === "\\")) {
        value += escaped;
        this.#at++;
      } else value += char;
    }
    return this.#fail(start, "this quote is never closed", 'Add the closing ".');
  }

  #list(): string[] {
    this.#spaces();
    const start = this.#at;
    if (this.#text[this.#at] !== "(") {
      return this.#fail(this.#at, "a list in parentheses is expected", "Write it as region in (eu,us).");
    }
    this.#at++;
    const values: string[] = [];
    for (;;) {
      this.#spaces();
      values.push(this.#value());
      this.#spaces();
      const char = this.#text[this.#at];
      this.#at++;
      if (char === ")") return values;
      if (char !== ",") this.#fail(start, "this list is never closed", "Close it with ).");
    }
  }

  #spaces(): boolean {
    const start = this.#at;
    while (this.#at < this.#text.length && /\s/.test(this.#text[this.#at] ?? "")) this.#at++;
    return this.#at > start;
  }

  #word(): string {
    return /^([^\s,]+|.)/.exec(this.#text.slice(this.#at))?.[0] ?? "";
  }

  #fail(at: number, problem: string, hint: string): never {
    throw new SelectorError(this.#text, at + 1, problem, hint);
  }
}
