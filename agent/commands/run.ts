import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import type { AgentSettings } from "../agent-settings.ts";
import { endpointProblem } from "../credential.ts";
import { logToFile, logToStderr } from "../log.ts";
import { type ProgramAtStop, runAgent } from "../run.ts";
import { atTermination } from "../service/termination.ts";
import { defaultExec } from "../settings/exec.ts";
import { readSettings } from "../settings/file.ts";
import { type FileSettings, metricsUrlProblem } from "../settings.ts";
import { isWatched, Launcher } from "../upgrade/launcher.ts";
import { addLabel } from "./labels.ts";

interface RunFlags {
  config?: string;
  endpoint?: string;
  token?: string;
  tokenFile?: string;
  name?: string;
  type?: string;
  label: Record<string, string>;
  stateDir?: string;
  configDir?: string;
  metricsUrl?: string;
  logFile?: string;
  allowExec?: boolean;
  withParent?: boolean;
  check?: boolean;
}

const settingsHelp = `
The settings file is YAML. Flags win over it; \${NAME} and \${NAME:-default} in it come from the environment, relative
paths start at its folder, and {configDir} stands for the config folder (for the validator: the staged one).

  endpoint: wss://muster.example/v1/opamp
  token: \${MUSTER_TOKEN}
  name: web-1                   # default: the host's name
  type: greeter                 # default: the supervised program's name
  labels: {role: web}
  stateDir: /var/lib/muster-agent
  configDir: /etc/greeter       # default: <stateDir>/config
  metricsUrl: "http://127.0.0.1:9100/metrics"   # Prometheus text; read only while a rollout's gates ask for it
  hostMetrics: false            # default: true; the host and the program are measured, and told when somebody asks
  applyBudget: 120              # configs in an hour, then a person must retry; 0 = without a limit
  supervise:                    # without it the agent only writes the files
    command: greeter
    args: [--config, "{configDir}/greeter.yaml"]
    cwd: /srv                   # default: the settings file's folder
    env: {LEVEL: info}
    validate: {command: [greeter, --check, "{configDir}/greeter.yaml"], timeoutSeconds: 30}
    reload: {signal: SIGHUP}    # or SIGUSR1, SIGUSR2; {command: […]}; {restart: true}, the default
    verify: {http: "http://127.0.0.1:8080/healthz", timeoutSeconds: 30}   # or tcp: host:port; command: […]
                                # and failOnOutput: a pattern of what the program writes when it refused a reload
    stopGraceSeconds: 10        # between SIGTERM and SIGKILL
    version: [greeter, --version]   # prints the program's version, which Muster then shows
  supervise:                    # or: a program that it knows; what is written beside it comes over what that brings
    driver: haproxy             # collector, haproxy, nginx, caddy, prometheus, sentinel
    address: 127.0.0.1:8080     # what it must answer at
  supervise:                    # or: apps of kind container, run by Docker or Podman
    driver: container
    engine: unix:///var/run/docker.sock
    registries: {registry.example.com: {username: puller, passwordFile: /etc/muster/registry-password}}
    project: shop               # keeps several agents of one host apart
  upgrade:                      # what the server may replace here; nothing of it without these lines
    agent: true                 # the agent itself
    program: true               # the supervised program, and add-ons for it
    keys: ["base64 of an ed25519 public key"]   # whose signatures count, besides those of Muster's releases
  logs:                         # what people may read besides the output of what the agent runs
    files: [/var/log/nginx/*.log]   # * and ? stand for what has no slash, ** for anything
    journal: [nginx.service]    # units of the journal, or true for all; journalFolder: where its files are
    containers: true            # every container of this host; engine: unix:///…
    program: true               # false = not even the program's own output
  exec:                         # what people may run here; without "allow: true" nothing
    allow: true
    containers: true            # also in this host's containers, through "engine" (default: the one that is there)
    commands: ["systemctl status *", "journalctl -u *"]   # only these; default: anything, a shell too
    user: operator              # as whom; default: as the agent. Somebody else only where the agent is root
    shell: [/bin/bash, --login] # what is run where no command is given; default: /bin/sh
    maxSessions: 5              # at once
`;

function settingsFrom(flags: RunFlags): AgentSettings {
  const file: FileSettings = flags.config
    ? readSettings(flags.config, process.env)
    : { labels: {}, supervise: null };
  const endpoint = (flags.endpoint ?? process.env.MUSTER_ENDPOINT ?? file.endpoint) || null;
  const problem = endpoint && endpointProblem(endpoint);
  if (problem) throw new Error(problem);
  const token = flags.tokenFile ? readFileSync(flags.tokenFile, "utf8").trim() : flags.token;
  const metricsUrl = flags.metricsUrl ?? process.env.MUSTER_METRICS_URL ?? file.metricsUrl ?? null;
  const metricsProblem = metricsUrl && metricsUrlProblem(metricsUrl);
  if (metricsProblem) throw new Error(metricsProblem);
  const stateDir = resolve(flags.stateDir ?? file.stateDir ?? "muster-agent");
  const program = file.containers ? "containers" : file.supervise && basename(file.supervise.command);
  return {
    endpoint,
    token: token ?? process.env.MUSTER_TOKEN ?? file.token ?? null,
    name: flags.name ?? file.name ?? hostname(),
    type: flags.type ?? file.type ?? program ?? "muster-agent",
    labels: { ...file.labels, ...flags.label },
    stateDir,
    configDir: resolve(flags.configDir ?? file.configDir ?? join(stateDir, "config")),
    metricsUrl,
    ...(file.hostMetrics !== undefined && { hostMetrics: file.hostMetrics }),
    supervise: file.supervise,
    ...(file.containers && { containers: file.containers }),
    ...(file.applyBudget !== undefined && { applyBudget: file.applyBudget }),
    ...(file.upgrade && { upgrade: file.upgrade }),
    ...execOf(flags, file),
    ...(file.logs && { logs: file.logs }),
  };
}

/** Off unless the file or the flag allows it. */
function execOf({ allowExec }: RunFlags, file: FileSettings): Pick<AgentSettings, "exec"> {
  const exec = file.exec ?? (allowExec ? defaultExec : undefined);
  return exec ? { exec } : {};
}

async function run(flags: RunFlags): Promise<void> {
  const settings = settingsFrom(flags);
  if (flags.check) return;
  const log = flags.logFile ? logToFile(resolve(flags.logFile)) : logToStderr;
  // Whoever read the log may be gone; the agent goes on without it.
  process.stderr.on("error", () => {});
  // One forgotten promise must not take a host's program down with the agent.
  process.on("unhandledRejection", (error) =>
    log("error", `a failure that nobody waited for: ${error instanceof Error ? error.stack : String(error)}`),
  );
  const launcher = new Launcher({
    stateDir: settings.stateDir,
    start: () => runAgent(settings, log),
    log,
  });
  let stopping = false;
  const stop = (why: string, program: ProgramAtStop) => {
    if (stopping) return;
    stopping = true;
    log("info", `${why}: stopping`);
    launcher.stop(program);
  };
  process.on("SIGTERM", () => stop("SIGTERM", isWatched() ? "stays" : atTermination()));
  process.on("SIGINT", () => stop("SIGINT", "ends"));
  if (flags.withParent) process.stdin.resume().once("end", () => stop("standard input ended", "ends"));
  process.exit(await launcher.run());
}

export function addRunCommand(program: Command): void {
  program
    .command("run")
    .description("run the agent until SIGTERM or SIGINT")
    .option("-c, --config <file>", "settings file (YAML)")
    .option("-e, --endpoint <url>", "where to dial: wss://<host>/v1/opamp (also: MUSTER_ENDPOINT)")
    .option("-t, --token <token>", "enrolment token; needed once (also: MUSTER_TOKEN)")
    .option("--token-file <file>", "file that holds the enrolment token")
    .option("-n, --name <name>", "what people see; default: the host's name")
    .option("--type <type>", "what kind of agent people see; default: the supervised program's name")
    .option("-l, --label <key=value>", "label for selectors; may be repeated", addLabel, {})
    .option("-s, --state-dir <folder>", "identity, credential and last good config; default: ./muster-agent")
    .option("--config-dir <folder>", "where configs are written; default: <state-dir>/config")
    .option("--metrics-url <url>", "the program's metrics as Prometheus text (also: MUSTER_METRICS_URL)")
    .option(
      "--log-file <file>",
      "write the log there, about 1 MiB and the one before; default: standard error",
    )
    .option("--allow-exec", "let people run commands on this host (in the settings: exec)")
    .option("--with-parent", "also stop when standard input ends, for programs that start agents")
    .option("--check", "only read the settings, and say what is wrong with them")
    .addHelpText("after", settingsHelp)
    .action(run);
}
