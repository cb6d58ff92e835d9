/** The output of what the agent keeps running. */
export const programSource = "program";

export const logSourceKinds = ["program", "container", "file", "journal"] as const;
export type LogSourceKind = (typeof logSourceKinds)[number];

export interface NamedSource {
  kind: LogSourceKind;
  /** The container's name, the file's absolute path, the unit; "" for the program. */
  name: string;
}

/** `program`, `container/<name>`, `file/<absolute path>`, `journal/<unit>`. */
export const sourceNameChars = 512;

/** null = no source has such a name. `file//var/log/a.log` has two slashes: the path is absolute. */
export function parseSource(text: string): NamedSource | null {
  if (text === programSource) return { kind: "program", name: "" };
  const slash = text.indexOf("/");
  const [kind, name] = [text.slice(0, slash), text.slice(slash + 1)];
  if (text.length > sourceNameChars || name === "" || /[\0\n]/.test(name)) return null;
  if (kind === "file") return name.startsWith("/") ? { kind, name } : null;
  if (kind === "container") return /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name) ? { kind, name } : null;
  if (kind === "journal") return /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*$/.test(name) ? { kind, name } : null;
  return null;
}

export const sourceHint =
  "write program, container/<name>, file/<absolute path> (file//var/log/app.log) or journal/<unit>";

/** Which lines somebody wants. */
export interface LineFilter {
  /** Epoch ms, inclusive; null = from the first. Lines without a time count with the time of the line before. */
  sinceMs: number | null;
  /** Epoch ms, exclusive. */
  untilMs: number | null;
  /** The line contains this text; null = any. */
  text: string | null;
  ignoreCase: boolean;
}

/** Decides line by line; `timeMs` null = nobody knows when it was written. */
export function lineMatcher(filter: LineFilter): (timeMs: number | null, text: string) => boolean {
  const fold = (text: string) => (filter.ignoreCase ? text.toLowerCase() : text);
  const wanted = filter.text === null ? null : fold(filter.text);
  return (timeMs, text) => {
    if (timeMs !== null && filter.sinceMs !== null && timeMs < filter.sinceMs) return false;
    if (timeMs !== null && filter.untilMs !== null && timeMs >= filter.untilMs) return false;
    return wanted === null || fold(text).includes(wanted);
  };
}

/** Sources of one tail, and of a fleet's shipping. */
export const maxSources = 20;
export const maxTailLines = 10_000;
/** Longer lines are cut. */
export const maxLineChars = 16 * 1024;

/** What a fleet keeps of its agents' logs. */
export interface LogShipping {
  enabled: boolean;
  /** As `parseSource` reads them; a name may end in `*`, which stands for any rest of it. */
  sources: string[];
  retentionDays: number;
  /** Of log text, per agent and UTC day. 1 MB = 1,000,000 bytes. */
  dailyMegabytes: number;
}

export const noShipping: LogShipping = {
  enabled: false,
  sources: [programSource],
  retentionDays: 7,
  dailyMegabytes: 100,
};

export const maxRetentionDays = 30;
export const maxDailyMegabytes = 10_000;

/** Whether a source is meant by a name that may end in `*`. */
export function matchesSource(pattern: string, source: string): boolean {
  return pattern.endsWith("*") ? source.startsWith(pattern.slice(0, -1)) : source === pattern;
}
