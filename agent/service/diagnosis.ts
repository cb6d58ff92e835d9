import { accessSync, constants, existsSync, readFileSync, type Stats, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { AgentHere } from "../commands/which-agent.ts";
import type { ConnectionCondition } from "../connection.ts";
import { endpointProblem } from "../credential.ts";
import { askLocalStatus, type LocalStatus } from "../local-status.ts";
import type { AgentState } from "../state-file.ts";
import { agentVersion } from "../version.ts";
import { findAccount, hasProgram } from "./commands.ts";
import { isRefused, lacksAccess } from "./enrolment.ts";
import { agentCommand, enrolCommand } from "./places.ts";
import { presentService } from "./services.ts";
import { lacksHandOver } from "./sysctl.ts";

export interface Finding {
  about: string;
  result: "good" | "warning" | "problem";
  text: string;
  fix: string | null;
}

const good = (about: string, text: string): Finding => ({ about, result: "good", text, fix: null });
const warning = (about: string, text: string, fix: string): Finding => ({
  about,
  result: "warning",
  text,
  fix,
});
const problem = (about: string, text: string, fix: string): Finding => ({
  about,
  result: "problem",
  text,
  fix,
});

const leastFreeBytes = 200 * 1024 * 1024;
const skewMs = 60_000;
const askTimeoutMs = 5_000;

/** What keeps the agent of this host from working, in the order in which it is mended. */
export async function diagnose(here: AgentHere): Promise<Finding[]> {
  const state = lookAtState(here);
  const endpoint = here.settings?.endpoint ?? state.saved?.connection?.endpoint ?? null;
  const install = `${agentCommand(here.places)} install`;
  return [
    settings(here),
    ...program(here),
    ...folder(here),
    ...handOver(here),
    ...state.findings,
    service(here),
    ...(endpoint
      ? await server(endpoint)
      : [problem("server", "no endpoint is known", `${install} --endpoint …`)]),
    ...(await running(here, state.saved)),
  ];
}

function settings({ settingsFile, settingsProblem, settingsDenied, places }: AgentHere): Finding {
  if (settingsDenied) return problem("settings", settingsProblem ?? "", "run this with sudo");
  if (settingsProblem)
    return problem(
      "settings",
      settingsProblem,
      `mend ${settingsFile}; \`muster-agent run --help\` lists what it may say`,
    );
  if (!settingsFile)
    return problem(
      "settings",
      `there is no ${places.settings}`,
      "install the agent, or name its settings with --config",
    );
  return good("settings", settingsFile);
}

/** Programs that are named by the settings and started by the agent. */
function program({ settings, settingsFile }: AgentHere): Finding[] {
  const supervise = settings?.supervise;
  if (!supervise) return [];
  const commands = [supervise.command, supervise.validate?.command[0], supervise.version?.[0]];
  return [...new Set(commands)].flatMap((command) =>
    !command || command.includes("{")
      ? []
      : [
          hasProgram(command)
            ? good("program", `${command} is there`)
            : command.includes("/")
              ? problem(
                  "program",
                  `${command} is not there, or is no program`,
                  `install it, or correct its path in ${settingsFile}`,
                )
              : problem(
                  "program",
                  `${command} is not in the PATH`,
                  "install it, or give its whole path in the settings",
                ),
        ],
  );
}

/** Where the program is started. */
function folder({ settings, settingsFile }: AgentHere): Finding[] {
  const cwd = settings?.supervise?.cwd;
  if (!cwd || existsSync(cwd)) return [];
  const text = `the folder ${cwd} of supervise.cwd does not exist, or is not to be seen from here`;
  return [problem("program", text, `make it, or change it in ${settingsFile}`)];
}

function handOver({ settings }: AgentHere): Finding[] {
  if (!lacksHandOver(settings)) return [];
  const text = "a reload may drop connections that wait, since net.ipv4.tcp_migrate_req is not 1";
  const fix =
    "sudo muster-agent install, which sets it for good; or sudo sysctl -w net.ipv4.tcp_migrate_req=1";
  return [warning("program", text, fix)];
}

function lookAtState(here: AgentHere): { findings: Finding[]; saved: AgentState | null } {
  const { stateDir } = here;
  const about = "state";
  let stats: Stats | undefined;
  try {
    stats = statSync(stateDir, { throwIfNoEntry: false });
    if (stats) accessSync(stateDir, constants.R_OK | constants.X_OK);
  } catch {
    return {
      findings: [
        problem(about, `${stateDir} may only be read by root and the agent's own user`, "run this with sudo"),
      ],
      saved: null,
    };
  }
  if (!stats)
    return {
      findings: [
        warning(about, `${stateDir} is not there yet`, "the agent makes it when it starts"),
        ...lacksToken(here, null),
      ],
      saved: null,
    };
  const findings: Finding[] = ownership(here, stats);
  if ((stats.mode & 0o077) !== 0)
    findings.push(
      problem(about, `others may look into ${stateDir}, which holds the credential`, `chmod 700 ${stateDir}`),
    );
  const { bavail, bsize } = statfsSync(stateDir);
  const free = bavail * bsize;
  if (free < leastFreeBytes)
    findings.push(
      problem(
        about,
        `only ${Math.round(free / 1024 / 1024)} MB are free at ${stateDir}`,
        "make room: configs and upgrades are written there first",
      ),
    );
  let saved: AgentState | null = null;
  const path = join(stateDir, "state.json");
  try {
    if (existsSync(path)) saved = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    findings.push(
      problem(about, `${path} is not readable`, "restore it, or remove the folder to enrol anew"),
    );
  }
  findings.push(...lacksToken(here, saved));
  if (findings.length === 0)
    findings.push(good(about, `${stateDir}, ${Math.round(free / 1024 ** 3)} GB free`));
  return { findings, saved };
}

/** The agent keeps its state there: it must be its own, to write too. */
function ownership({ stateDir, settingsFile, places }: AgentHere, { mode, uid }: Stats): Finding[] {
  if ((mode & 0o700) !== 0o700)
    return [problem("state", `nobody may write into ${stateDir}`, `chmod 700 ${stateDir}`)];
  const account = settingsFile === places.settings && places.runAs ? findAccount(places.runAs) : null;
  if (!account || account.uid === uid) return [];
  const text = `${stateDir} belongs to another user than ${places.runAs}, as whom the agent runs`;
  return [problem("state", text, `chown -R ${places.runAs}: ${stateDir}`)];
}

/** Neither a credential nor a token to get one with. One that was let go is told of where it runs. */
function lacksToken({ places, settings, settingsProblem }: AgentHere, saved: AgentState | null): Finding[] {
  if (settingsProblem || !lacksAccess(places, settings, saved)) return [];
  const text = "the agent has not enrolled yet, and no token is kept for it";
  return [warning("credential", text, enrolCommand(places))];
}

function service({ places }: AgentHere): Finding {
  const found = presentService(places);
  return found
    ? good("service", `${found.kind}; its log: ${found.log}`)
    : warning(
        "service",
        "nothing keeps the agent running here",
        "muster-agent install, unless something else starts it",
      );
}

async function server(endpoint: string): Promise<Finding[]> {
  const unfit = endpointProblem(endpoint);
  if (unfit) return [problem("server", unfit, 'correct "endpoint" in the settings')];
  const url = new URL(endpoint);
  const findings: Finding[] = [];
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (!isLocal && (url.protocol === "ws:" || url.protocol === "http:"))
    findings.push(
      warning("server", `${endpoint} is not encrypted: the credential can be read on the way`, "use wss://"),
    );
  const health = new URL("/v1/health", url.href.replace(/^ws/, "http"));
  try {
    const answer = await fetch(health, { signal: AbortSignal.timeout(askTimeoutMs), redirect: "manual" });
    await answer.body?.cancel();
    if (!answer.ok)
      findings.push(
        problem(
          "server",
          `${health.href} answered ${answer.status}`,
          "is the endpoint Muster's? It ends with /v1/opamp",
        ),
      );
    else findings.push(good("server", `${url.host} answers`), ...clock(answer.headers.get("date")));
  } catch (error) {
    findings.push(
      problem(
        "server",
        `${url.host} cannot be reached: ${reason(error)}`,
        "check the name, the network, a firewall or proxy in between, and the certificate",
      ),
    );
  }
  return findings;
}

function clock(date: string | null): Finding[] {
  const aheadMs = date ? Date.now() - Date.parse(date) : 0;
  if (Math.abs(aheadMs) <= skewMs) return [];
  const text = `this host's clock is ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? "ahead" : "behind"}`;
  return [warning("clock", text, "set the clock (NTP): certificates and credentials have times")];
}

/** What lies under a failed fetch. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${askTimeoutMs / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function running(here: AgentHere, saved: AgentState | null): Promise<Finding[]> {
  let status: LocalStatus | null;
  try {
    status = await askLocalStatus(here.stateDir);
  } catch (error) {
    return [warning("agent", `it cannot be asked: ${reason(error)}`, "run this with sudo")];
  }
  if (!status)
    return [problem("agent", "it does not run", start(here, saved)), ...letGo(here, saved?.retired?.reason)];
  const { config, health } = status;
  return [
    good("agent", `runs as ${status.name}, pid ${status.pid}`),
    ...(status.version === agentVersion
      ? []
      : [
          warning(
            "agent",
            `version ${status.version} runs, this is ${agentVersion}`,
            "restart the service to run this one",
          ),
        ]),
    ...(status.retired
      ? letGo(here, status.retired.reason)
      : [
          status.connection.open
            ? good("connection", `open to ${status.endpoint}`)
            : notConnected(here, status.connection, status.endpoint),
        ]),
    ...(config.configStatus?.status === "failed"
      ? [
          problem(
            "config",
            config.configStatus.error,
            "correct what it names, in Muster or in this host's settings, and roll the config out again",
          ),
        ]
      : []),
    ...(health && !health.healthy
      ? [
          problem(
            "health",
            `${health.status}: ${health.error}`,
            `see its output in ${join(here.stateDir, "logs/child.log")}, or its own log`,
          ),
        ]
      : []),
  ];
}

function start(here: AgentHere, saved: AgentState | null): string {
  const found = presentService(here.places);
  if (here.settingsProblem && !here.settingsDenied)
    return "mend its settings first, as said above; its service then starts it by itself, within a minute";
  if (lacksToken(here, saved).length > 0)
    return `${enrolCommand(here.places)}: without a token it cannot start for the first time`;
  return found ? `${found.commands.restart}; its log says why it ended: ${found.log}` : "start it";
}

function letGo({ places }: AgentHere, why: string | undefined): Finding[] {
  if (why === undefined) return [];
  return [
    problem(
      "connection",
      `this agent was decommissioned (${why}), and dials no more`,
      `make a new enrolment token, not the one that it once enrolled with, and run: ${enrolCommand(places)}`,
    ),
  ];
}

/** A server that is there, and takes no agents at this path. */
const isElsewhere = /answered (?!429)[234]\d\d\b/;

function notConnected(here: AgentHere, { problem: why }: ConnectionCondition, endpoint: string): Finding {
  const text = why ?? "still dialling";
  if (isRefused(text))
    return problem("connection", text, `make a new enrolment token and run: ${enrolCommand(here.places)}`);
  if (!isElsewhere.test(text)) return problem("connection", text, "see the findings about the server");
  const right = new URL("/v1/opamp", endpoint.replace(/^http/, "ws")).href;
  return problem(
    "connection",
    `${text}: no Muster answers at this endpoint`,
    right === endpoint
      ? "something else answers in Muster's place: look at what lies in between, such as a proxy that does not pass WebSockets on"
      : `write endpoint: ${right} into ${here.settingsFile ?? "the settings"}, and start the agent anew`,
  );
}
