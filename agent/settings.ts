import { dirname, resolve } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";

type ReloadWay =
  | { kind: "signal"; signal: "SIGHUP" | "SIGUSR1" | "SIGUSR2" }
  | { kind: "command"; command: string[] }
  | { kind: "restart" };

export type Probe =
  | { kind: "http"; url: string }
  | { kind: "tcp"; host: string; port: number }
  | { kind: "command"; command: string[] };

/** How to tell that what was reloaded works. */
export interface Verification {
  probe: Probe;
  /** What the program writes when it refused a reload and goes on with what it had, such as HAProxy's master. */
  failOnOutput: RegExp | null;
  timeoutMs: number;
}

export interface SuperviseSettings {
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  validate: { command: string[]; timeoutMs: number } | null;
  reload: ReloadWay;
  verify: Verification | null;
  /** Between SIGTERM and SIGKILL. */
  stopGraceMs: number;
  /** Prints the program's version; null = nobody is told. */
  version: string[] | null;
}

/** What a settings file may say. All paths are absolute. */
export interface FileSettings {
  endpoint?: string;
  token?: string;
  name?: string;
  type?: string;
  stateDir?: string;
  configDir?: string;
  metricsUrl?: string;
  labels: Record<string, string>;
  supervise: SuperviseSettings | null;
}

export interface SettingsProblem {
  line: number;
  message: string;
}

/** Every problem of a settings file, one a line: `agent.yaml:3: unknown key "comand"; did you mean …`. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: SettingsProblem[];
  constructor(fileName: string, problems: SettingsProblem[]) {
    super(problems.map((problem) => `${fileName}:${problem.line}: ${problem.message}`).join("\n"));
    this.problems = problems;
  }
}

/** Why metrics cannot be read at this address; null = they can. */
export function metricsUrlProblem(url: string): string | null {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return null;
  return `the address of metrics "${url}" is not a URL that starts with http:// or https://`;
}

const reloadSignals = ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const;

/**
 * Reads a settings file. `${NAME}` and `${NAME:-default}` in values come from `environment`; relative paths start
 * at the file's own folder. Throws SettingsError with all problems at once.
 */
export function parseSettings(
  text: string,
  filePath: string,
  environment: Record<string, string | undefined>,
): FileSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: SettingsProblem[] = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    message: error.message,
  }));
  const root = document.contents;
  const reader = new Reader(environment, problems, (node) => lines.linePos(node.range?.[0] ?? 0).line);
  const folder = dirname(resolve(filePath));
  const settings = problems.length === 0 ? readRoot(reader, root, folder) : null;
  if (!settings || problems.length > 0) {
    throw new SettingsError(
      filePath,
      problems.sort((a, b) => a.line - b.line),
    );
  }
  return settings;
}

function readRoot(reader: Reader, root: Node | null, folder: string): FileSettings {
  const settings: FileSettings = { labels: {}, supervise: null };
  if (root === null) return settings;
  let supervisedConfigDir: string | undefined;
  reader.keys(root, "the settings file", {
    endpoint: (node) => assign(settings, "endpoint", reader.text(node, "endpoint")),
    token: (node) => assign(settings, "token", reader.text(node, "token")),
    name: (node) => assign(settings, "name", reader.text(node, "name")),
    type: (node) => assign(settings, "type", reader.text(node, "type")),
    stateDir: (node) => assign(settings, "stateDir", reader.path(node, "stateDir", folder)),
    configDir: (node) => assign(settings, "configDir", reader.path(node, "configDir", folder)),
    metricsUrl: (node) => {
      const url = reader.text(node, "metricsUrl");
      const problem = url && metricsUrlProblem(url);
      if (problem) reader.fail(node, problem);
      assign(settings, "metricsUrl", url);
    },
    labels: (node) => {
      settings.labels = reader.texts(node, "labels");
    },
    supervise: (node) => {
      settings.supervise = readSupervise(reader, node, folder, (path) => {
        supervisedConfigDir = path;
      });
    },
  });
  if (supervisedConfigDir && settings.configDir) {
    reader.fail(root, 'give "configDir" once: at the top or under "supervise", not both');
  }
  assign(settings, "configDir", supervisedConfigDir);
  return settings;
}

function readSupervise(
  reader: Reader,
  root: Node,
  folder: string,
  setConfigDir: (path: string) => void,
): SuperviseSettings {
  const supervise: SuperviseSettings = {
    command: "",
    args: [],
    cwd: folder,
    env: {},
    validate: null,
    reload: { kind: "restart" },
    verify: null,
    stopGraceMs: 10_000,
    version: null,
  };
  const problemsBefore = reader.problemCount;
  reader.keys(root, '"supervise"', {
    command: (node) => assign(supervise, "command", reader.text(node, "supervise.command")),
    args: (node) => assign(supervise, "args", reader.list(node, "supervise.args")),
    cwd: (node) => assign(supervise, "cwd", reader.path(node, "supervise.cwd", folder)),
    env: (node) => assign(supervise, "env", reader.texts(node, "supervise.env")),
    configDir: (node) => {
      const path = reader.path(node, "supervise.configDir", folder);
      if (path) setConfigDir(path);
    },
    validate: (node) => {
      let command: string[] = [];
      let timeoutMs = 30_000;
      reader.keys(node, '"supervise.validate"', {
        command: (inner) => {
          command = reader.command(inner, "supervise.validate.command");
        },
        timeoutSeconds: (inner) => {
          timeoutMs = reader.seconds(inner, "supervise.validate.timeoutSeconds");
        },
      });
      if (command.length === 0) reader.fail(node, '"supervise.validate" needs "command"');
      supervise.validate = { command, timeoutMs };
    },
    reload: (node) => assign(supervise, "reload", readReload(reader, node)),
    verify: (node) => assign(supervise, "verify", readVerify(reader, node)),
    version: (node) => {
      supervise.version = reader.command(node, "supervise.version");
    },
    stopGraceSeconds: (node) => {
      supervise.stopGraceMs = reader.seconds(node, "supervise.stopGraceSeconds");
    },
  });
  if (supervise.command === "" && reader.problemCount === problemsBefore)
    reader.fail(root, '"supervise" needs "command": the program to keep running');
  return supervise;
}

function readReload(reader: Reader, node: Node): ReloadWay | undefined {
  const ways: ReloadWay[] = [];
  const problemsBefore = reader.problemCount;
  reader.keys(node, '"supervise.reload"', {
    signal: (inner) => {
      const name = reader.text(inner, "supervise.reload.signal");
      const signal = reloadSignals.find((known) => known === name);
      if (signal) ways.push({ kind: "signal", signal });
      else reader.fail(inner, `"supervise.reload.signal" must be one of ${reloadSignals.join(", ")}`);
    },
    command: (inner) => {
      ways.push({ kind: "command", command: reader.command(inner, "supervise.reload.command") });
    },
    restart: (inner) => {
      if (reader.text(inner, "supervise.reload.restart") === "true") ways.push({ kind: "restart" });
      else reader.fail(inner, '"supervise.reload.restart" can only be true; leave it out otherwise');
    },
  });
  if (ways.length !== 1 && reader.problemCount === problemsBefore) {
    reader.fail(node, '"supervise.reload" needs exactly one of signal, command, restart');
  }
  return ways[0];
}

function readVerify(reader: Reader, node: Node): Verification | undefined {
  const probes: Probe[] = [];
  let timeoutMs = 30_000;
  let failOnOutput: RegExp | null = null;
  const problemsBefore = reader.problemCount;
  reader.keys(node, '"supervise.verify"', {
    http: (inner) => {
      const url = reader.text(inner, "supervise.verify.http") ?? "";
      if (/^https?:\/\//.test(url) && URL.canParse(url)) probes.push({ kind: "http", url });
      else reader.fail(inner, '"supervise.verify.http" must be a URL that starts with http:// or https://');
    },
    tcp: (inner) => {
      const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(
        reader.text(inner, "supervise.verify.tcp") ?? "",
      );
      const host = match?.[1] ?? match?.[2];
      if (host) probes.push({ kind: "tcp", host, port: Number(match?.[3]) });
      else reader.fail(inner, '"supervise.verify.tcp" must be host:port, such as 127.0.0.1:8080');
    },
    command: (inner) => {
      probes.push({ kind: "command", command: reader.command(inner, "supervise.verify.command") });
    },
    failOnOutput: (inner) => {
      const pattern = reader.text(inner, "supervise.verify.failOnOutput") ?? "";
      try {
        failOnOutput = new RegExp(pattern, "m");
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        reader.fail(inner, `"supervise.verify.failOnOutput" must be a regular expression: ${reason}`);
      }
    },
    timeoutSeconds: (inner) => {
      timeoutMs = reader.seconds(inner, "supervise.verify.timeoutSeconds");
    },
  });
  const [probe, ...others] = probes;
  if (probe && others.length === 0) return { probe, failOnOutput, timeoutMs };
  if (reader.problemCount === problemsBefore) {
    reader.fail(node, '"supervise.verify" needs exactly one of http, tcp, command');
  }
  return undefined;
}

function assign<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

/** Walks YAML nodes and gathers what is wrong, each with its line. */
class Reader {
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
