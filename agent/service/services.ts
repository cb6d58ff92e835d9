import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { hasProgram, must } from "./commands.ts";
import { type Places, packagedBinary, serviceName } from "./places.ts";
import { scriptRights } from "./rights.ts";
import { serviceScript } from "./script.ts";
import { type Rights, rightsDropIn, systemUnit, userUnit } from "./systemd.ts";

export const serviceKinds = ["systemd", "script"] as const;
export type ServiceKind = (typeof serviceKinds)[number];

/** One thing that is done to the host, and the words for it. */
export interface Step {
  what: string;
  act: () => void;
}

/** Who keeps the agent running, and starts it with the host. */
export interface Service {
  kind: ServiceKind;
  install(rights: Rights): Step[];
  start: Step;
  uninstall(): Step[];
  /** What a person types to start it anew, or to end it. */
  commands: { restart: string; stop: string };
  /** Where its log is read. */
  log: string;
  /** What a person should know; null = nothing. */
  note: string | null;
  /** It is there, and starts with the host. */
  isInstalled(): boolean;
}

/** systemd runs this host, or for a user's own: answers that user. */
export function systemdIsThere(scope: Places["scope"]): boolean {
  if (!existsSync("/run/systemd/system") || !hasProgram("systemctl")) return false;
  return scope === "system" || existsSync(`/run/user/${process.getuid?.()}/systemd`);
}

export const defaultService = (places: Places): ServiceKind =>
  systemdIsThere(places.scope) ? "systemd" : "script";

export function serviceOf(kind: ServiceKind, places: Places): Service {
  return kind === "systemd" ? systemd(places) : script(places);
}

/** A package brings the files of every kind: there it is the one that this host uses. null = there is none. */
export function presentService(places: Places): Service | null {
  const kinds = [defaultService(places), ...serviceKinds];
  return kinds.map((kind) => serviceOf(kind, places)).find((one) => one.isInstalled()) ?? null;
}

const isPackaged = ({ binary }: Places) => binary === packagedBinary;

function write(path: string, text: string, mode: number): Step {
  return {
    what: `write ${path}`,
    act: () => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
      writeFileSync(path, text, { mode });
    },
  };
}

const remove = (path: string): Step => ({ what: `remove ${path}`, act: () => rmSync(path, { force: true }) });

function command(program: string, ...args: string[]): Step {
  return { what: `run ${[program, ...args].join(" ")}`, act: () => void must(program, ...args) };
}

function systemd(places: Places): Service {
  const { scope, unit, dropIn } = places;
  const flags = scope === "user" ? ["--user"] : [];
  const control = (...args: string[]) => command("systemctl", ...flags, ...args);
  return {
    kind: "systemd",
    install: (rights) => {
      const given = dropIn === null ? null : rightsDropIn(rights);
      return [
        ...(isPackaged(places)
          ? []
          : [write(unit, scope === "user" ? userUnit(places) : systemUnit(places), 0o644)]),
        ...(dropIn && given ? [write(dropIn, given, 0o644)] : []),
        control("daemon-reload"),
        control("enable", serviceName),
      ];
    },
    start: control("restart", serviceName),
    uninstall: () => [
      control("disable", "--now", serviceName),
      ...(dropIn ? [remove(dropIn)] : []),
      ...(isPackaged(places) ? [] : [remove(unit)]),
      control("daemon-reload"),
    ],
    commands: {
      restart: ["systemctl", ...flags, "restart", serviceName].join(" "),
      stop: ["systemctl", ...flags, "stop", serviceName].join(" "),
    },
    log: `journalctl ${flags.map((flag) => `${flag} `).join("")}-u ${serviceName}`,
    note:
      scope === "user"
        ? "It runs while you are signed in. To keep it running always: loginctl enable-linger"
        : null,
    isInstalled: () => existsSync(unit),
  };
}

function script(places: Places): Service {
  const { script: path, scope, scriptRights: rightsFile } = places;
  const atBoot = bootLinks(scope);
  return {
    kind: "script",
    install: (rights) => {
      const given = rightsFile === null ? null : scriptRights(rights);
      return [
        ...(isPackaged(places) ? [] : [write(path, serviceScript(places), 0o755)]),
        ...(rightsFile && given ? [write(rightsFile, given, 0o644)] : []),
        ...(atBoot ? [atBoot.add] : []),
      ];
    },
    start: command("sh", path, "restart"),
    uninstall: () => [
      command("sh", path, "stop"),
      ...(atBoot ? [atBoot.remove] : []),
      ...(rightsFile ? [remove(rightsFile)] : []),
      ...(isPackaged(places) ? [] : [remove(path)]),
    ],
    commands: { restart: `${path} restart`, stop: `${path} stop` },
    log: places.log,
    note: atBoot
      ? null
      : `Nothing here starts it with the host. With cron: (crontab -l; echo "@reboot ${path} start") | crontab -`,
    isInstalled: () => existsSync(path),
  };
}

/** What links an init script to the start of the host; null = nothing here does. */
function bootLinks(scope: Places["scope"]): { add: Step; remove: Step } | null {
  if (scope === "user") return null;
  if (hasProgram("update-rc.d")) {
    return {
      add: command("update-rc.d", serviceName, "defaults"),
      remove: command("update-rc.d", "-f", serviceName, "remove"),
    };
  }
  if (hasProgram("chkconfig")) {
    return {
      add: command("chkconfig", "--add", serviceName),
      remove: command("chkconfig", "--del", serviceName),
    };
  }
  return null;
}
