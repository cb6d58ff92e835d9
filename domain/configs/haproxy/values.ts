const unitsMs: Record<string, number> = {
  "": 1,
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
/** HAProxy keeps times in 31 bits of milliseconds. */
const longestMs = 2_147_483_647;

export type TimeProblem = { problem: "not_a_time" | "too_long" | "no_unit"; ms?: number };

/** What is wrong with a time such as `30s`, or null. A small number without a unit is most likely meant as seconds. */
export function checkTime(text: string): TimeProblem | null {
  const match = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text);
  if (!match) return { problem: "not_a_time" };
  const ms = Number(match[1]) * (unitsMs[match[2] ?? ""] ?? 1);
  if (ms > longestMs) return { problem: "too_long" };
  if (match[2] === undefined && ms > 0 && ms < 100) return { problem: "no_unit", ms };
  return null;
}

export type Address =
  | { kind: "path" }
  | { kind: "socket"; family: string; host: string; port: string | null };

/** `[family@]host:port`, a path, or something that only names a file descriptor or an abstract socket. */
export function readAddress(text: string): Address {
  const family = /^([a-z][a-z0-9+]*)@/.exec(text)?.[1] ?? "";
  const rest = family ? text.slice(family.length + 1) : text;
  const local = /^(unix|uxst|uxdg|uxdgram|abns|abnsz|abns_|fd|sockpair|rhttp|rev|ring|ip)/.test(family);
  if (rest.startsWith("/") || local) return { kind: "path" };
  const bracket = /^\[[^\]]*\](?::(.*))?$/.exec(rest);
  if (bracket)
    return { kind: "socket", family, host: rest.slice(0, rest.indexOf("]") + 1), port: bracket[1] ?? null };
  const colon = rest.lastIndexOf(":");
  if (colon === -1) return { kind: "socket", family, host: rest, port: null };
  return { kind: "socket", family, host: rest.slice(0, colon), port: rest.slice(colon + 1) };
}

/** `80`, `80-90`, and for servers also `+10` or `-10`. */
export function isPort(text: string, allow: { range: boolean; offset: boolean }): boolean {
  const match = /^([+-])?(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!match) return false;
  const [, sign, first, last] = match;
  if (sign && !allow.offset) return false;
  if (last !== undefined && (!allow.range || sign || Number(last) < Number(first) || Number(last) > 65_535))
    return false;
  return Number(first) <= 65_535;
}
