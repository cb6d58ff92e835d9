import { readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import type { ExecSettings } from "../settings/exec.ts";
import type { HostCommand } from "./program.ts";

interface Person {
  name: string;
  home: string;
  group: string;
}

const plainPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Where only some commands may run, none of them opens a pager: from there a shell is one key away. */
export const noPager = { PAGER: "cat", SYSTEMD_PAGER: "cat", SYSTEMD_PAGERSECURE: "1", LESSSECURE: "1" };

/** What is started on the host: with nothing of the agent's own environment but the path and the language. */
export function hostCommand(argv: readonly string[], settings: ExecSettings, term: string): HostCommand {
  const { user, commands } = settings;
  const own = ownName();
  const person = user === null || user === own ? null : personNamed(user);
  const name = person?.name ?? own;
  const home = person?.home ?? ownHome();
  const env = {
    PATH: process.env.PATH ?? plainPath,
    HOME: home,
    USER: name,
    LOGNAME: name,
    LANG: process.env.LANG ?? "C.UTF-8",
    TERM: term,
    ...(commands && noPager),
  };
  // With its groups, which a plain change of the user id would leave behind.
  const become = person
    ? ["setpriv", "--reuid", person.name, "--regid", person.group, "--init-groups", "--"]
    : [];
  return { argv: [...become, ...argv], cwd: home, env };
}

function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without a line in /etc/passwd, as in a container.
    return String(process.getuid?.() ?? "");
  }
}

function ownHome(): string {
  try {
    return homedir();
  } catch {
    return "/";
  }
}

function personNamed(user: string): Person {
  if (process.getuid?.() !== 0) {
    throw new Error(`the agent's settings say exec.user: ${user}, and only root may become somebody else`);
  }
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [name, , , group, , home] = line.split(":");
    if (name === user) return { name, home: home || "/", group: group ?? "" };
  }
  throw new Error(`the agent's settings say exec.user: ${user}, and this host knows nobody of that name`);
}
