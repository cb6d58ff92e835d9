import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { problemText } from "../apply/file-problem.ts";
import { killGroup } from "../apply/run-command.ts";
import type { ChildContext } from "../child-context.ts";
import { replaceFile } from "../durable-file.ts";
import type { Log } from "../log.ts";
import { processIdentity } from "../process-identity.ts";
import { isWaiting } from "./noted-spawn.ts";

/** With what a program was started; hashes, so that no secret of its settings lies here. */
export interface Origin {
  /** Its words and its folder. */
  command: string;
  /** Each variable by its name. */
  environment: Record<string, string>;
  /** User, groups, capabilities and limits. */
  rights: string;
}

/** `child.json` of the state folder: what the next agent has to know of a program that still runs. */
export interface ChildNote {
  pid: number;
  identity: string;
  /** Absent in what older agents wrote. */
  started?: { atMs: number; stopGraceMs: number; origin: Origin };
}

const fileOf = (stateDir: string) => join(stateDir, "child.json");
const lookEveryMs = 20;
const mostGraceMs = 600_000;
const defaultGraceMs = 10_000;
const killedWithinMs = 30_000;
/** What differs from one start of the agent, or one person's shell, to the next. */
const ofOneStart =
  /^(_|COLORTERM|CREDENTIALS_DIRECTORY|DBUS_SESSION_BUS_ADDRESS|INVOCATION_ID|JOURNAL_STREAM|LISTEN_\w+|MANAGERPID\w*|MEMORY_PRESSURE_\w+|NOTIFY_SOCKET|OLDPWD|PWD|SHLVL|SSH_\w+|SUDO_\w+|SYSTEMD_EXEC_PID|TERM|WATCHDOG_\w+|WINDOWID|XDG_SESSION_\w+|XDG_VTNR)$/;

const hashOf = (value: unknown) =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);

/** Linux only: elsewhere a program that was left running is not taken over. */
export function originOf(words: readonly string[], { cwd, env }: ChildContext): Origin | null {
  if (process.platform !== "linux") return null;
  const lasting = Object.entries(env).filter(([name]) => !ofOneStart.test(name));
  return {
    command: hashOf([words, cwd]),
    environment: Object.fromEntries(lasting.map(([name, value]) => [name, hashOf(value).slice(0, 16)])),
    rights: hashOf(ownRights()),
  };
}

/** What a program inherits of this process. Soft limits are left out: a runtime raises them for itself. */
function ownRights(): string[] {
  const status = readFileSync("/proc/self/status", "utf8");
  const limits = readFileSync("/proc/self/limits", "utf8").split("\n").slice(1);
  return [
    ...(status.match(/^(?:Uid|Gid|Groups|Cap\w+|NoNewPrivs):.*$/gm) ?? []),
    ...limits.map((line) => `${line.slice(0, 25)}${line.slice(47, 67)}`),
  ];
}

/** Why a program that runs is not the one that is wanted; null = it is. */
function difference(before: Origin, now: Origin): string | null {
  if (before.command !== now.command) return "its command is another now";
  const names = new Set([...Object.keys(before.environment), ...Object.keys(now.environment)]);
  const changed = [...names].filter((name) => before.environment[name] !== now.environment[name]);
  if (changed.length > 0) return `its environment is another now (${changed.sort().join(", ")})`;
  return before.rights === now.rights ? null : "the agent's user, rights or limits are others now";
}

/** Throws when it cannot be written. A process that is gone is not noted. */
export function writeNote(stateDir: string, pid: number, started: ChildNote["started"]): void {
  const identity = processIdentity(pid);
  if (identity === null) return;
  const note: ChildNote = { pid, identity, ...(started && { started }) };
  replaceFile(fileOf(stateDir), JSON.stringify(note), { mode: 0o600 });
}

/** null = no program was left running, as far as is known. */
export const readNote = (stateDir: string): ChildNote | null => noteAndWriter(stateDir)?.note ?? null;

/** One look at the file itself, through no link: whoever may write the folder may swap it at any moment. */
function noteAndWriter(stateDir: string): { note: ChildNote; uid: number } | null {
  let file: number | null = null;
  try {
    file = openSync(fileOf(stateDir), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const { uid } = fstatSync(file);
    const note: ChildNote | null = JSON.parse(readFileSync(file, "utf8"));
    return Number.isInteger(note?.pid) && note !== null && note.pid > 1 ? { note, uid } : null;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOENT", "ELOOP", "EISDIR", "ENXIO"].includes(code) || error instanceof SyntaxError) return null;
    throw error;
  } finally {
    if (file !== null) closeSync(file);
  }
}

export const forgetNote = (stateDir: string): void => rmSync(fileOf(stateDir), { force: true });

/** Its pid may belong to another process by now. */
export const stillRuns = ({ pid, identity }: ChildNote): boolean => processIdentity(pid) === identity;

/** Why a program that still runs cannot go on under this agent; null = it can. */
export function objection({ pid, started }: ChildNote, wanted: Origin | null): string | null {
  if (wanted === null) return "this platform does not tell enough about it";
  if (!started) return "an older agent started it";
  if (isWaiting(pid)) return "it had not begun";
  return difference(started.origin, wanted);
}

/** Ends a program that was left running: SIGTERM to its group, SIGKILL after the grace, and to what is left of the group. */
export async function endNoted(note: ChildNote, stopGraceMs: number): Promise<void> {
  if (!stillRuns(note)) {
    if (isOfThisBoot(note)) endRest(note.pid);
    return;
  }
  killGroup(note.pid, "SIGTERM");
  await untilGone(note, stopGraceMs);
  if (stillRuns(note)) killGroup(note.pid, "SIGKILL");
  await untilGone(note, killedWithinMs);
  if (stillRuns(note)) throw new Error(`the program (pid ${note.pid}) does not end`);
  endRest(note.pid);
}

/** Of the group whose leader is gone; unless the number belongs to somebody else by now. */
function endRest(leader: number): void {
  if (processIdentity(leader) !== null) return;
  try {
    killGroup(leader, "SIGKILL");
  } catch (error) {
    // It is another user's, and so not what this agent started.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
  }
}

const bootOf = (identity: string | null) => identity?.split("/")[0];

function isOfThisBoot({ identity }: ChildNote): boolean {
  return process.platform === "linux" && bootOf(identity) === bootOf(processIdentity(process.pid));
}

async function untilGone(note: ChildNote, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (stillRuns(note) && performance.now() < deadline) await sleep(lookEveryMs);
}

/**
 * For whoever removes an agent that does not run: ends the program that it left. Answers its pid; null = none was left.
 * Root believes the note of another user about that user's processes only, and throws where it tells of another.
 */
export async function endLeftProgram(stateDir: string): Promise<number | null> {
  const found = noteAndWriter(stateDir);
  if (found === null) return null;
  const { note, uid } = found;
  const lives = stillRuns(note);
  if (lives) {
    if (!isBelieved(note.pid, stateDir, uid))
      throw new Error(
        `${fileOf(stateDir)} names a process (pid ${note.pid}) that is not the agent's user's, and it is left alone: end the program yourself, and remove that file`,
      );
    await endNoted(note, Math.min(mostGraceMs, note.started?.stopGraceMs ?? defaultGraceMs));
  }
  forgetNote(stateDir);
  return lives ? note.pid : null;
}

/** For an agent whose settings name no program any more. */
export async function endForsaken(stateDir: string, log: Log): Promise<void> {
  try {
    const pid = await endLeftProgram(stateDir);
    if (pid !== null) log("warn", `the program (pid ${pid}) that the settings named before is ended`);
  } catch (error) {
    log("error", `the program that the settings named before is not ended: ${problemText(error)}`);
  }
}

/** Who may write the folder may put a file of root's own in the place of the note. */
function isBelieved(pid: number, stateDir: string, writer: number): boolean {
  if (process.platform !== "linux") return true;
  const uid = statSync(stateDir).uid || writer;
  return uid === 0 || statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === uid;
}
