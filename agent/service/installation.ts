import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { parseDocument } from "yaml";
import { asidePath, replaceFile } from "../durable-file.ts";
import { parseSettings } from "../settings.ts";
import { findAccount, must } from "./commands.ts";
import { type Places, packagedBinary } from "./places.ts";
import type { Service, Step } from "./services.ts";
import type { Rights } from "./systemd.ts";
import { withToken } from "./used-token.ts";

export interface Wishes {
  endpoint: string | null;
  token: string | null;
  name: string | null;
  labels: Record<string, string>;
  rights: Rights;
  /** Leave it stopped. */
  start: boolean;
}

/** The binary that runs now, where it is one; null = the agent runs from its source. */
export function ownBinary(): string | null {
  return process.argv[1]?.startsWith("/$bunfs/") ? process.execPath : null;
}

/** What `install` does, in order. Each step may be done again. */
export function installationSteps(places: Places, service: Service, wishes: Wishes, source: string): Step[] {
  const packaged = places.binary === packagedBinary;
  return [
    ...(places.runAs && !findAccount(places.runAs) ? [makeAccount(places.runAs, places.stateDir)] : []),
    ...(packaged || source === places.binary ? [] : [copyBinary(source, places.binary)]),
    folder(places.configFolder, 0o755, null),
    folder(places.stateDir, 0o700, places.runAs),
    writeSettings(places, wishes),
    ...(wishes.token === null ? [] : [writeToken(places, wishes.token)]),
    ...service.install(wishes.rights),
    ...(wishes.start ? [service.start] : []),
  ];
}

function makeAccount(name: string, home: string): Step {
  return {
    what: `make the system user ${name}`,
    act: () =>
      void must(
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        home,
        "--shell",
        "/usr/sbin/nologin",
        name,
      ),
  };
}

function copyBinary(source: string, target: string): Step {
  return {
    what: `copy ${source} to ${target}`,
    act: () => {
      mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
      const aside = asidePath(target);
      rmSync(aside, { force: true });
      copyFileSync(source, aside);
      chmodSync(aside, 0o755);
      renameSync(aside, target);
    },
  };
}

function folder(path: string, mode: number, owner: string | null): Step {
  return {
    what: `make ${path}${owner ? ` for ${owner}` : ""}`,
    act: () => {
      mkdirSync(path, { recursive: true, mode });
      chmodSync(path, mode);
      const account = owner && findAccount(owner);
      if (account) chownSync(path, account.uid, account.gid);
    },
  };
}

const firstSettings = `# Settings of the Muster agent. \`muster-agent run --help\` lists all of them, \`muster-agent doctor\` checks them.
# Which program it keeps running is said below "supervise"; without it the agent only writes the config files.
`;

/** Keeps what the file says, comments too, and changes what is wished. */
export function settingsText(
  present: string,
  stateDir: string,
  wishes: Omit<Wishes, "rights" | "start">,
): string {
  const document = parseDocument(present === "" ? `${firstSettings}stateDir: ${stateDir}\n` : present);
  if (document.errors[0])
    throw new Error(`the settings are not readable as YAML: ${document.errors[0].message}`);
  if (wishes.endpoint !== null) document.set("endpoint", wishes.endpoint);
  if (wishes.name !== null) document.set("name", wishes.name);
  else if (!document.has("name")) document.set("name", hostname());
  for (const [key, value] of Object.entries(wishes.labels)) document.setIn(["labels", key], value);
  if (!document.has("stateDir")) document.set("stateDir", stateDir);
  return document.toString();
}

function writeSettings(places: Places, wishes: Wishes): Step {
  return {
    what: `write ${places.settings}`,
    act: () => {
      const present = existsSync(places.settings) ? readFileSync(places.settings, "utf8") : "";
      const text = settingsText(present, places.stateDir, wishes);
      parseSettings(text, places.settings, anyEnvironment);
      const account = places.runAs && findAccount(places.runAs);
      replaceFile(places.settings, text, {
        mode: account ? 0o640 : 0o600,
        ...(account && { owner: { uid: process.getuid?.() ?? 0, gid: account.gid } }),
      });
    },
  };
}

/** The variables of a settings file are known only where the agent starts. */
export const anyEnvironment: Record<string, string> = new Proxy({}, { get: () => "1" });

/** In a file of its own, which root reads for the agent: the agent needs the token once, and settings are shown to people. */
function writeToken({ environment }: Places, token: string): Step {
  return {
    what: `write ${environment}`,
    act: () => {
      if (!/^[\w.~+/=-]+$/.test(token))
        throw new Error("the enrolment token holds characters that no token has");
      const present = existsSync(environment) ? readFileSync(environment, "utf8") : "";
      replaceFile(environment, withToken(present, token), { mode: 0o600 });
    },
  };
}

/** What `uninstall` does. Without `purge`, settings, identity and the last good config stay. */
export function removalSteps(places: Places, service: Service, purge: boolean): Step[] {
  const remove = (path: string): Step => ({
    what: `remove ${path}`,
    act: () => rmSync(path, { recursive: true, force: true }),
  });
  return [
    ...(service.isInstalled() ? service.uninstall() : []),
    ...(existsSync(places.binary) ? [endProgram(places)] : []),
    ...(places.binary === packagedBinary ? [] : [remove(places.binary)]),
    ...(purge
      ? [
          remove(places.configFolder),
          remove(places.stateDir),
          ...(places.scope === "system" ? [remove(dirname(places.log))] : []),
          ...(places.dropIn ? [remove(dirname(places.dropIn))] : []),
          ...(places.runAs && findAccount(places.runAs) ? [removeAccount(places.runAs)] : []),
        ]
      : []),
  ];
}

/** A service that stops leaves it running. */
const endProgram = ({ binary, settings }: Places): Step => ({
  what: "end the program that it kept running",
  act: () => void must(binary, "stop-program", "--config", settings),
});

const removeAccount = (name: string): Step => ({
  what: `remove the user ${name}`,
  act: () => void must("userdel", name),
});
