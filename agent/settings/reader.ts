import { resolve } from "node:path";
import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";

export interface SettingsProblem {
  line: number;
  message: string;
}

/** Leaves what is there where nothing was read. */
export function assign<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

/** Walks YAML nodes and gathers what is wrong, each with its line. */
export class Reader {
  private readonly environment: Record<string, string | undefined>;
  private readonly problems: SettingsProblem[];
  private readonly lineOf: (node: Node) => number;

  constructor(
    environment: Record<string, string | undefined>,
    problems: SettingsProblem[],
    lineOf: (node: Node) => number,
  ) {
    this.environment = environment;
    this.problems = problems;
    this.lineOf = lineOf;
  }

  get problemCount(): number {
    return this.problems.length;
  }

  fail(node: Node, message: string): void {
    this.problems.push({ line: this.lineOf(node), message });
  }

  keys(node: Node, what: string, readers: Record<string, (value: Node) => void>): void {
    for (const [key, value, keyNode] of this.entries(node, what)) {
      const read = Object.hasOwn(readers, key) ? readers[key] : undefined;
      if (!read) {
        const known = Object.keys(readers).join(", ");
        this.fail(keyNode, `unknown key "${key}" in ${what}; the keys are ${known}`);
      } else if (!value) {
        this.fail(keyNode, `"${key}" has no value; give one or remove the key`);
      } else {
        read(value);
      }
    }
  }

  text(node: Node, what: string): string | undefined {
    if (isScalar(node) && node.value !== null && node.value !== "") {
      return this.expand(String(node.value), node);
    }
    this.fail(node, `"${what}" must be a text`);
    return undefined;
  }

  path(node: Node, what: string, folder: string): string | undefined {
    const text = this.text(node, what);
    return text === undefined ? undefined : resolve(folder, text);
  }

  seconds(node: Node, what: string): number {
    const seconds = Number(isScalar(node) ? node.value : Number.NaN);
    if (seconds > 0 && seconds <= 3600) return seconds * 1000;
    this.fail(node, `"${what}" must be a number of seconds, more than 0 and at most 3600`);
    return 0;
  }

  flag(node: Node, what: string): boolean | undefined {
    if (isScalar(node) && typeof node.value === "boolean") return node.value;
    this.fail(node, `"${what}" must be true or false`);
    return undefined;
  }

  list(node: Node, what: string): string[] {
    if (!isSeq(node)) {
      this.fail(node, `"${what}" must be a list, such as [one, two]`);
      return [];
    }
    return node.items.flatMap((item) => {
      if (isScalar(item)) return this.expand(String(item.value ?? ""), item);
      this.fail(node, `"${what}" must hold texts only`);
      return [];
    });
  }

  command(node: Node, what: string): string[] {
    if (!isSeq(node) || node.items.length === 0) {
      this.fail(
        node,
        `"${what}" must be a list of program and arguments; for a shell line use [sh, -c, "…"]`,
      );
      return [];
    }
    return this.list(node, what);
  }

  texts(node: Node, what: string): Record<string, string> {
    const texts: Record<string, string> = {};
    for (const [key, value, keyNode] of this.entries(node, `"${what}"`)) {
      if (value && isScalar(value)) texts[key] = this.expand(String(value.value ?? ""), value);
      else this.fail(keyNode, `"${what}.${key}" must be a text`);
    }
    return texts;
  }

  /** Names of the author's own, each with something below it. */
  maps(node: Node, what: string): { key: string; value: Node }[] {
    return this.entries(node, `"${what}"`).flatMap(([key, value, keyNode]) => {
      if (!value) this.fail(keyNode, `"${what}.${key}" has no value; give one or remove the key`);
      return value ? [{ key, value }] : [];
    });
  }

  private entries(node: Node, what: string): [key: string, value: Node | null, keyNode: Node][] {
    if (!isMap(node)) {
      this.fail(node, `${what} must be a map of "key: value" lines`);
      return [];
    }
    return (node as YAMLMap<Node, Node | null>).items.map((pair: Pair<Node, Node | null>) => [
      isScalar(pair.key) ? String(pair.key.value) : "?",
      pair.value && isScalar(pair.value) && pair.value.value === null ? null : pair.value,
      pair.key,
    ]);
  }

  private expand(text: string, node: Node): string {
    return text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (_, name, fallback) => {
      const value = this.environment[name] || fallback;
      if (value === undefined) {
        this.fail(node, `the environment variable ${name} is not set; set it, or write \${${name}:-default}`);
      }
      return value ?? "";
    });
  }
}
