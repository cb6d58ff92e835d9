import type { Node } from "yaml";
import { readAddress } from "../drivers/presets/preset.ts";
import { DriverChoice } from "./driver.ts";
import { assign, type Reader } from "./reader.ts";

type ReloadWay =
  | { kind: "signal"; signal: "SIGHUP" | "SIGUSR1" | "SIGUSR2" }
  | { kind: "command"; command: string[] }
  | { kind: "restart" };

export type Probe =
  | { kind: "http"; url: string }
  | { kind: "tcp"; host: string; port: number }
  | { kind: "command"; command: string[] }
  /** Nothing is asked: it is well while it runs. */
  | { kind: "running" };

/** How to tell that what was reloaded works. */
export interface Verification {
  probe: Probe;
  /** What the program writes when it refused a reload and goes on with what it had, such as HAProxy's master. */
  failOnOutput: RegExp | null;
  /** A reload makes its master start new workers: without one the config was not taken. */
  freshWorker?: boolean;
  timeoutMs: number;
}

/** What the agent does for a collector beyond other programs. */
export interface CollectorSettings {
  /** Name of its config file. */
  file: string;
  /** `host:port` at which the agent has it answer for its health; null = it is asked in another way. */
  health: string | null;
  /** Prints what it is built from. */
  components: string[];
}

export interface SuperviseSettings {
  /** The preset that it was made from; absent = none. */
  driver?: string;
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  validate: { command: string[]; timeoutMs: number } | null;
  reload: ReloadWay;
  verify: Verification | null;
  /** Between SIGTERM and SIGKILL. */
  stopGraceMs: number;
  /** Its reload closes listening sockets: have the kernel hand over what waits at them. */
  handOver?: boolean;
  /** Of an OpenTelemetry Collector whose command line is the agent's own. */
  collector?: CollectorSettings;
  /** Prints the program's version; null = nobody is told. */
  version: string[] | null;
}

const reloadSignals = ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const;

export function readSupervise(
  reader: Reader,
  root: Node,
  folder: string,
  setConfigDir: (path: string) => void,
): SuperviseSettings {
  const written: Partial<SuperviseSettings> = {};
  const driver = new DriverChoice(reader, folder);
  const problemsBefore = reader.problemCount;
  reader.keys(root, '"supervise"', {
    ...driver.readers,
    command: (node) => assign(written, "command", reader.text(node, "supervise.command")),
    args: (node) => assign(written, "args", reader.list(node, "supervise.args")),
    cwd: (node) => assign(written, "cwd", reader.path(node, "supervise.cwd", folder)),
    env: (node) => assign(written, "env", reader.texts(node, "supervise.env")),
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
      written.validate = { command, timeoutMs };
    },
    reload: (node) => assign(written, "reload", readReload(reader, node)),
    verify: (node) => assign(written, "verify", readVerify(reader, node)),
    version: (node) => {
      written.version = reader.command(node, "supervise.version");
    },
    handOver: (node) => assign(written, "handOver", reader.flag(node, "supervise.handOver")),
    stopGraceSeconds: (node) => {
      written.stopGraceMs = reader.seconds(node, "supervise.stopGraceSeconds");
    },
  });
  const brought = driver.settings(written.command ?? null);
  const env = { ...brought.env, ...written.env };
  const supervise = { ...brought, cwd: folder, ...written, env };
  if (supervise.collector && written.verify) supervise.collector.health = null;
  // Arguments of somebody else do not name the agent's part of the config.
  if (written.args) delete supervise.collector;
  if (supervise.command === "" && reader.problemCount === problemsBefore)
    reader.fail(root, '"supervise" needs "command", the program to keep running, or "driver"');
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
      const at = readAddress(reader.text(inner, "supervise.verify.tcp") ?? "");
      if (at) probes.push({ kind: "tcp", ...at });
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
