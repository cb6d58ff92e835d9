import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, Option } from "commander";
import { endpointProblem } from "../credential.ts";
import { askLocalStatus, type LocalStatus } from "../local-status.ts";
import { enrolmentProblem, isRefused } from "../service/enrolment.ts";
import { installationSteps, ownBinary } from "../service/installation.ts";
import { agentCommand, enrolCommand, type Places, systemPlaces, userPlaces } from "../service/places.ts";
import { rightsProblem } from "../service/rights.ts";
import {
  defaultService,
  type Service,
  type ServiceKind,
  type Step,
  serviceKinds,
  serviceOf,
} from "../service/services.ts";
import { sysctlSteps } from "../service/sysctl.ts";
import { forgetUsedToken } from "../service/used-token.ts";
import { addLabel } from "./labels.ts";
import { findAgent } from "./which-agent.ts";

interface InstallFlags {
  endpoint?: string;
  token?: string;
  tokenFile?: string;
  name?: string;
  label: Record<string, string>;
  user?: boolean;
  service?: ServiceKind;
  writable: string[];
  capability: string[];
  group: string[];
  start: boolean;
  dryRun?: boolean;
}

const connectWithinMs = 30_000;
/** From its first connection until it has a credential of its own. */
const enrolWithinMs = 5_000;

export function placesFor(user: boolean): Places {
  if (!user && process.platform === "darwin")
    throw new Error("on macOS it is installed for one user: run this as that user, with --user");
  if (user && process.getuid?.() === 0)
    throw new Error("--user is for people without root: leave it out, or run this as the user who wants it");
  if (!user && process.getuid?.() !== 0)
    throw new Error("this needs root: run it with sudo, or add --user to do it for yourself alone");
  return user ? userPlaces() : systemPlaces();
}

export function carryOut(steps: readonly Step[], dryRun: boolean): void {
  for (const { what, act } of steps) {
    process.stdout.write(`${dryRun ? "would" : "·"} ${what}\n`);
    if (!dryRun) act();
  }
}

async function install(flags: InstallFlags): Promise<void> {
  const source = ownBinary();
  if (!source)
    throw new Error(
      "this agent runs from its source, and there is no binary to install: make one with `npm run release`",
    );
  const problem = flags.endpoint && endpointProblem(flags.endpoint);
  if (problem) throw new Error(problem);
  const usual = placesFor(flags.user === true);
  const { settings } = findAgent({ config: usual.settings });
  const places = { ...usual, stateDir: settings?.stateDir ?? usual.stateDir };
  const rights = { writable: flags.writable, capabilities: flags.capability, groups: flags.group };
  const service = serviceOf(flags.service ?? defaultService(places), places);
  if (Object.values(rights).some((given) => given.length > 0) && places.scope === "user")
    throw new Error("--writable, --capability and --group are for the whole system: only root can give them");
  const unfit = rightsProblem(rights);
  if (unfit) throw new Error(unfit);
  const token = flags.tokenFile ? readFileSync(flags.tokenFile, "utf8").trim() : flags.token;
  const wishes = {
    endpoint: flags.endpoint ?? null,
    token: token || process.env.MUSTER_TOKEN || null,
    name: flags.name ?? null,
    labels: flags.label,
    rights,
    start: flags.start,
  };
  const hopeless = enrolmentProblem(places, settings, wishes);
  if (hopeless) throw new Error(hopeless);
  // Before the start: the agent looks at it then.
  const steps = [...sysctlSteps(places, settings), ...installationSteps(places, service, wishes, source)];
  carryOut(steps, flags.dryRun === true);
  if (flags.dryRun || !flags.start) return;
  const status = await connected(places);
  if (wishes.token !== null && status?.connection.open) await forgetOnceEnrolled(places);
  process.stdout.write(`\n${told(places, service, status)}\n`);
  if (!status?.connection.open) process.exitCode = 1;
}

/** The status once it is connected, or as it is when the time is over. */
async function connected({ stateDir }: Places): Promise<LocalStatus | null> {
  const deadline = Date.now() + connectWithinMs;
  for (;;) {
    const status = await askLocalStatus(stateDir);
    if (status?.connection.open || Date.now() > deadline) return status;
    if (status?.retired || isRefused(status?.connection.problem)) return status;
    await sleep(200);
  }
}

/** Where that takes longer, the service forgets it at its next start. */
async function forgetOnceEnrolled({ environment, stateDir }: Places): Promise<void> {
  const deadline = Date.now() + enrolWithinMs;
  while (!forgetUsedToken(environment, stateDir) && Date.now() < deadline) await sleep(100);
}

/** What has become of it, and what helps where it is not connected. */
export function outcome(places: Places, service: Service, status: LocalStatus | null): string {
  const again = `Make a new enrolment token and run: ${enrolCommand(places)}`;
  if (!status) return `muster-agent is installed, but does not run; its log says why: ${service.log}`;
  const { connection, endpoint, name, retired, version } = status;
  if (connection.open) return `muster-agent ${version} runs as "${name}" and is connected to ${endpoint}`;
  const runs = `muster-agent ${version} is installed and runs, but is not connected: `;
  if (retired) return `${runs}it was decommissioned (${retired.reason}), and dials no more. ${again}`;
  if (isRefused(connection.problem)) return `${runs}${connection.problem}. ${again}`;
  return `${runs}${connection.problem ?? "it is still dialling"}`;
}

function told(places: Places, service: Service, status: LocalStatus | null): string {
  const command = agentCommand(places);
  const user = places.scope === "user" ? " --user" : "";
  return [
    outcome(places, service, status),
    "",
    `  how it is   ${command} status`,
    `  diagnose    ${command} doctor`,
    `  settings    ${places.settings}`,
    `  log         ${service.log}`,
    `  undo        ${command} uninstall${user}`,
    ...(service.note ? ["", service.note] : []),
  ].join("\n");
}

const gather = (text: string, before: string[]) => [...before, text];

export function addInstallCommand(program: Command): void {
  program
    .command("install")
    .description("put this program in place, write its settings, and keep it running as a service")
    .option("-e, --endpoint <url>", "where to dial: wss://<host>/v1/opamp")
    .option("-t, --token <token>", "enrolment token; needed once (also: MUSTER_TOKEN)")
    .option("--token-file <file>", "file that holds the enrolment token")
    .option("-n, --name <name>", "what people see; default: the host's name")
    .option("-l, --label <key=value>", "label for selectors; may be repeated", addLabel, {})
    .option("--user", "for yourself alone, below your home folder; needs no root")
    .addOption(
      new Option(
        "--service <kind>",
        "who keeps it running; default: systemd where it runs this host",
      ).choices(serviceKinds),
    )
    .option("--writable <folder>", "a folder that the supervised program writes; may be repeated", gather, [])
    .option("--capability <name>", "such as CAP_NET_BIND_SERVICE; may be repeated", gather, [])
    .option("--group <name>", "such as docker; may be repeated", gather, [])
    .option("--no-start", "leave it stopped")
    .option("--dry-run", "only say what would be done")
    .addHelpText(
      "after",
      `
Run it again to change something: it keeps the identity, and what you wrote into the settings file.
As root it makes the user muster-agent, which the agent runs as, and these files: the program in /usr/local/bin, settings
in /etc/muster-agent, state in /var/lib/muster-agent. With --user all of it is below your home folder.
`,
    )
    .action(install);
}
