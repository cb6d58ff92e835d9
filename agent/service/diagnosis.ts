import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { AgentHere } from "../commands/which-agent.ts";
import { askLocalStatus, type LocalStatus } from "../local-status.ts";
import type { AgentState } from "../state-file.ts";
import { agentVersion } from "../version.ts";
import { hasProgram } from "./commands.ts";
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
  return [
    settings(here),
    ...program(here),
    ...handOver(here),
    ...state.findings,
    service(here),
    ...(endpoint
      ? await server(endpoint)
      : [problem("server", "no endpoint is known", "muster-agent install --endpoint …")]),
    ...(await running(here)),
  ];
}

function settings({ settingsFile, settingsProblem, places }: AgentHere): Finding {
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
function program({ settings }: AgentHere): Finding[] {
  const supervise = settings?.supervise;
  if (!supervise) return [];
  const commands = [supervise.command, supervise.validate?.command[0], supervise.version?.[0]];
  return [...new Set(commands)].flatMap((command) =>
    !command || command.includes("{")
      ? []
      : [
          hasProgram(command)
            ? good("program", `${command} is there`)
            : problem(
                "program",
                `${command} is not in the PATH`,
                "install it, or give its whole path in the settings",
              ),
        ],
  );
}

function handOver({ settings }: AgentHere): Finding[] {
  if (!lacksHandOver(settings)) return [];
  const text = "a reload may drop connections that wait, since net.ipv4.tcp_migrate_req is not 1";
  const fix =
    "sudo muster-agent install, which sets it for good; or sudo sysctl -w net.ipv4.tcp_migrate_req=1";
  return [warning("program", text, fix)];
}

function lookAtState({ stateDir, places }: AgentHere): { findings: Finding[]; saved: AgentState | null } {
  const about = "state";
  if (!existsSync(stateDir))
    return {
      findings: [warning(about, `${stateDir} is not there yet`, "the agent makes it when it starts")],
      saved: null,
    };
  try {
    accessSync(stateDir, constants.R_OK | constants.X_OK);
  } catch {
    return {
      findings: [
        problem(about, `${stateDir} may only be read by root and the agent's own user`, "run this with sudo"),
      ],
      saved: null,
    };
  }
  const findings: Finding[] = [];
  if ((statSync(stateDir).mode & 0o077) !== 0)
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
  if (saved && !saved.connection && !existsSync(places.environment))
    findings.push(
      warning(
        "credential",
        "the agent has not enrolled yet, and no token is kept for it",
        "muster-agent install --token …",
      ),
    );
  if (findings.length === 0)
    findings.push(good(about, `${stateDir}, ${Math.round(free / 1024 ** 3)} GB free`));
  return { findings, saved };
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

async function running({ stateDir }: AgentHere): Promise<Finding[]> {
  let status: LocalStatus | null;
  try {
    status = await askLocalStatus(stateDir);
  } catch (error) {
    return [warning("agent", `it cannot be asked: ${reason(error)}`, "run this with sudo")];
  }
  if (!status) return [problem("agent", "it does not run", "start its service; its log says why it ended")];
  const { connection, config, health } = status;
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
    connection.open
      ? good("connection", `open to ${status.endpoint}`)
      : problem(
          "connection",
          connection.problem ?? "still dialling",
          connection.problem?.includes("refused the credential")
            ? "make a new enrolment token and run `muster-agent install --token …`"
            : "see the findings about the server",
        ),
    ...(config.configStatus?.status === "failed"
      ? [problem("config", config.configStatus.error, "correct the config in Muster, and roll it out again")]
      : []),
    ...(health && !health.healthy
      ? [problem("health", `${health.status}: ${health.error}`, "see the program's own log")]
      : []),
  ];
}
