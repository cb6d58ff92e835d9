/**
 * Regular expressions for label values, matched in time linear in the value: a person's pattern must not be able to
 * stall a fleet, so the platform's backtracking engine is not used. Always anchored at both ends.
 * Known: literals, `.`, `[a-z]`, `[^x]`, `\d \w \s` and their opposites, `( )`, `(?: )`, `|`, `*`, `+`, `?`, `{n,m}`.
 */

/** `at` is the offset in the pattern. */
export class PatternError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = "PatternError";
    this.at = at;
  }
}

export interface LabelPattern {
  test(value: string): boolean;
}

type Node =
  | { kind: "char"; accepts: (char: string) => boolean }
  | { kind: "sequence"; parts: Node[] }
  | { kind: "either"; options: Node[] }
  | { kind: "repeat"; part: Node; min: number; max: number };

/** One state of the machine: consume a character (`accepts`), or go on to others for free. */
interface State {
  accepts: ((char: string) => boolean) | null;
  next: number[];
}

const maxPatternLength = 200;
/** Also bounds the work for each character of a value. */
const maxStates = 1000;
/** Empty groups add no state, however often they are repeated. */
const maxSteps = 20_000;
const classes: Record<string, (char: string) => boolean> = {
  d: (char) => char >= "0" && char <= "9",
  w: (char) => /^[A-Za-z0-9_]$/.test(char),
  s: (char) => /^\s$/.test(char),
};

export function compilePattern(text: string): LabelPattern {
  if (text.length > maxPatternLength) {
    throw new PatternError(
      `the pattern has ${text.length} characters; at most ${maxPatternLength} are allowed`,
      0,
    );
  }
  return toMachine(new PatternParser(text).parse());
}

class PatternParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Node {
    const node = this.#either();
    if (this.#at < this.#text.length) throw new PatternError("this `)` has no `(`", this.#at);
    return node;
  }

  #either(): Node {
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    return options.length === 1 ? (options[0] as Node) : { kind: "either", options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#text.length && this.#peek() !== "|" && this.#peek() !== ")") {
      if (this.#peek() === "^" && this.#at === 0) this.#at++;
      else if (this.#peek() === "$" && this.#at === this.#text.length - 1) this.#at++;
      else parts.push(this.#repeated());
    }
    return { kind: "sequence", parts };
  }

  #repeated(): Node {
    let part = this.#one();
    for (;;) {
      if (this.#take("*")) part = { kind: "repeat", part, min: 0, max: Number.POSITIVE_INFINITY };
      else if (this.#take("+")) part = { kind: "repeat", part, min: 1, max: Number.POSITIVE_INFINITY };
      else if (this.#take("?")) part = { kind: "repeat", part, min: 0, max: 1 };
      else if (this.#peek() === "{") part = this.#counted(part);
      else return part;
    }
  }

  #counted(part: Node): Node {
    const start = this.#at;
    const match = /^\{(\d{1,3})(,(\d{0,3}))?\}/.exec(this.#text.slice(start));
    if (!match)
      throw new PatternError("write a repetition as {n}, {n,} or {n,m}; for the character: \\{", start);
    this.#at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === "" ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (max < min) throw new PatternError(`{${min},${max}} is the wrong way round`, start);
    return { kind: "repeat", part, min, max };
  }

  #one(): Node {
    const start = this.#at;
    const char = this.#next();
    switch (char) {
      case "(": {
        if (this.#peek() === "?") {
          if (this.#text.slice(this.#at, this.#at + 2) !== "?:") {
            throw new PatternError("look-around and named groups are not supported; use ( ) or (?: )", start);
          }
          this.#at += 2;
        }
        const inner = this.#either();
        if (!this.#take(")")) throw new PatternError("this `(` is never closed", start);
        return inner;
      }
      case "[":
        return { kind: "char", accepts: this.#set(start) };
      case ".":
        return { kind: "char", accepts: () => true };
      case "\\":
        return { kind: "char", accepts: this.#escaped(start) };
      case "*":
      case "+":
      case "?":
      case "{":
        throw new PatternError(`\`${char}\` has nothing to repeat; for the character: \\${char}`, start);
      case "^":
      case "$":
        throw new PatternError(
          `patterns always match the whole value; leave \`${char}\` out, or write \\${char}`,
          start,
        );
      default:
        return { kind: "char", accepts: (other) => other === char };
    }
  }

  #escaped(start: number): (char: string) => boolean {
    if (this.#at >= this.#text.length)
      throw new PatternError("the pattern ends with a lone backslash", start);
    const char = this.#next();
    const known = classes[char];
    if (known) return known;
    const opposite = classes[char.toLowerCase()];
    if (opposite) return (other) => !opposite(other);
    if (/[A-Za-z0-9]/.test(char)) {
      throw new PatternError(`\\${char} is not supported; known are \\d \\w \\s \\D \\W \\S`, start);
    }
    return (other) => other === char;
  }

  #set(start: number): (char: string) => boolean {
    const negated = this.#take("^");
    const members: ((char: string) => boolean)[] = [];
    while (this.#peek() !== "]" || members.length === 0) {
      if (this.#at >= this.#text.length) throw new PatternError("this `[` is never closed", start);
      const at = this.#at;
      const low = this.#next();
      if (low === "\\") {
        members.push(this.#escaped(at));
        continue;
      }
      const isRange = this.#peek() === "-" && this.#text[this.#at + 1] !== "]";
      if (!isRange) {
        members.push((char) => char === low);
        continue;
      }
      this.#at++;
      if (this.#at >= this.#text.length) throw new PatternError("this `[` is never closed", start);
      const high = this.#next();
      if (high < low) throw new PatternError(`the range ${low}-${high} is the wrong way round`, at);
      members.push((char) => char >= low && char <= high);
    }
    this.#at++;
    return (char) => members.some((accepts) => accepts(char)) !== negated;
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #next(): string {
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += char.length;
    return char;
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }
}

/** Thompson's construction; the sets of states that are live after each character are followed, so nothing backtracks. */
function toMachine(root: Node): LabelPattern {
  const states: State[] = [];
  const add = (accepts: State["accepts"], next: number[]): number => {
    if (states.length >= maxStates)
      throw new PatternError("the pattern repeats too much; make it simpler", 0);
    states.push({ accepts, next });
    return states.length - 1;
  };
  let steps = 0;
  const build = (node: Node, after: number): number => {
    if (++steps > maxSteps) throw new PatternError("the pattern repeats too much; make it simpler", 0);
    switch (node.kind) {
      case "char":
        return add(node.accepts, [after]);
      case "sequence":
        return node.parts.reduceRight((next, part) => build(part, next), after);
      case "either":
        return add(
          null,
          node.options.map((option) => build(option, after)),
        );
      case "repeat": {
        let entry = after;
        if (node.max === Number.POSITIVE_INFINITY) {
          entry = add(null, [after]);
          states[entry]?.next.push(build(node.part, entry));
        } else {
          for (let i = node.min; i < node.max; i++) entry = add(null, [build(node.part, entry), after]);
        }
        for (let i = 0; i < node.min; i++) entry = build(node.part, entry);
        return entry;
      }
    }
  };
  const end = add(null, []);
  const start = build(root, end);
  const follow = (from: Iterable<number>): Set<number> => {
    const live = new Set<number>();
    const open = [...from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (live.has(at)) continue;
      live.add(at);
      const state = states[at];
      if (state?.accepts === null) open.push(...state.next);
    }
    return live;
  };
  const first = follow([start]);
  return {
    test(value) {
      let live = first;
      for (const char of value) {
        const next: number[] = [];
        for (const at of live) {
          const state = states[at];
          if (state?.accepts?.(char)) next.push(...state.next);
        }
        if (next.length === 0) return false;
        live = follow(next);
      }
      return live.has(end);
    },
  };
}
