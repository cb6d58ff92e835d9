import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** Where an installed agent's files are: for the whole system, or for one user without root. */
export interface Places {
  scope: "system" | "user";
  binary: string;
  configFolder: string;
  settings: string;
  /** `MUSTER_TOKEN=…`, read by whoever starts the agent. */
  environment: string;
  stateDir: string;
  /** The start script of a system without systemd. */
  script: string;
  unit: string;
  /** Rights that were given beyond the unit's; null where a unit has none to give. */
  dropIn: string | null;
  /** The same for the start script, which sources it; null as above. */
  scriptRights: string | null;
  /** What Linux is asked for at each start of the host; null = only root could ask. */
  sysctl: string | null;
  log: string;
  pidFile: string;
  /** Whom the agent runs as; null = the user who installs. */
  runAs: string | null;
}

export const serviceName = "muster-agent";
/** Where Debian's and RPM's packages put the binary. */
export const packagedBinary = "/usr/bin/muster-agent";
export const packagedUnit = "/usr/lib/systemd/system/muster-agent.service";

export function systemPlaces(exists: (path: string) => boolean = existsSync): Places {
  const packaged = exists(packagedBinary);
  return {
    scope: "system",
    binary: packaged ? packagedBinary : "/usr/local/bin/muster-agent",
    configFolder: "/etc/muster-agent",
    settings: "/etc/muster-agent/agent.yaml",
    environment: "/etc/muster-agent/agent.env",
    stateDir: "/var/lib/muster-agent",
    script: "/etc/init.d/muster-agent",
    unit: packaged ? packagedUnit : "/etc/systemd/system/muster-agent.service",
    dropIn: "/etc/systemd/system/muster-agent.service.d/50-rights.conf",
    scriptRights: "/etc/muster-agent/rights.env",
    sysctl: "/etc/sysctl.d/50-muster-agent.conf",
    log: "/var/log/muster-agent/agent.log",
    pidFile: "/run/muster-agent.pid",
    runAs: "muster-agent",
  };
}

/** By the XDG base directories, with their defaults. */
export function userPlaces(environment: Record<string, string | undefined> = process.env): Places {
  const home = environment.HOME || homedir();
  const config = environment.XDG_CONFIG_HOME || join(home, ".config");
  const state = join(environment.XDG_STATE_HOME || join(home, ".local/state"), "muster-agent");
  return {
    scope: "user",
    binary: join(home, ".local/bin/muster-agent"),
    configFolder: join(config, "muster-agent"),
    settings: join(config, "muster-agent/agent.yaml"),
    environment: join(config, "muster-agent/agent.env"),
    stateDir: state,
    script: join(home, ".local/lib/muster-agent/service"),
    unit: join(config, "systemd/user/muster-agent.service"),
    dropIn: null,
    scriptRights: null,
    sysctl: null,
    log: join(state, "agent.log"),
    pidFile: join(state, "service.pid"),
    runAs: null,
  };
}

/** What a person types to reach the agent that is installed there: its name, or its path where the shell would not find that. */
export function agentCommand({ binary }: Places, path = process.env.PATH ?? ""): string {
  return existsSync(binary) && !path.split(delimiter).includes(dirname(binary)) ? binary : "muster-agent";
}

/** The same, to enrol anew. */
export const enrolCommand = (places: Places): string =>
  `${agentCommand(places)} install${places.scope === "user" ? " --user" : ""} --token …`;

/** Those of the user's own agent where there is one, else the system's. Root has no other than the system's. */
export function presentPlaces(): Places {
  const user = userPlaces();
  return process.getuid?.() !== 0 && existsSync(user.settings) ? user : systemPlaces();
}
