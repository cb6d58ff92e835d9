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

/** What is started on the host: with nothing of the agent's own environment but the path and the language. */
export function hostCommand(argv: readonly string[], { user }: ExecSettings, term: string): HostCommand {
  const own = userInfo();
  const person = user === null || user === own.username ? null : personNamed(user);
  const name = person?.name ?? own.username;
  const home = person?.home ?? homedir();
  const env = {
    PATH: process.env.PATH ?? plainPath,
    HOME: home,
    USER: name,
    LOGNAME: name,
    LANG: process.env.LANG ?? "C.UTF-8",
    TERM: term,
  };
  // With its groups, which a plain change of the user id would leave behind.
  const become = person
    ? ["setpriv", "--reuid", person.name, "--regid", person.group, "--init-groups", "--"]
    : [];
  return { argv: [...become, ...argv], cwd: home, env };
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
