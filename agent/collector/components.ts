import { createHash } from "node:crypto";
import { parse } from "yaml";

/** Roles as OpAMP's AvailableComponents names them → type → the Go module it is from, "" when that is not told. */
export interface AvailableComponents {
  byRole: Record<string, Record<string, string>>;
  /** 32 bytes; rises and falls with the content alone. */
  hash: Uint8Array;
}

const roles = ["receivers", "processors", "exporters", "connectors", "extensions"] as const;

/** Reads what `otelcol components` prints. null = that is no such list. */
export function readComponents(output: string): AvailableComponents | null {
  let printed: unknown;
  try {
    printed = parse(output);
  } catch {
    return null;
  }
  if (typeof printed !== "object" || printed === null) return null;
  const lists = printed as Record<string, unknown>;
  const byRole: AvailableComponents["byRole"] = {};
  for (const role of roles) {
    const list = lists[role];
    if (!Array.isArray(list)) continue;
    byRole[role] = Object.fromEntries(list.flatMap((one: unknown) => typed(one)).sort(byName));
  }
  if (Object.keys(byRole).length === 0) return null;
  return { byRole, hash: new Uint8Array(createHash("sha256").update(JSON.stringify(byRole)).digest()) };
}

/** Newer releases print a map with `name`, older ones the bare type. */
function typed(one: unknown): [string, string][] {
  if (typeof one === "string") return [[one, ""]];
  const { name, module } = (one ?? {}) as { name?: unknown; module?: unknown };
  return typeof name === "string" ? [[name, typeof module === "string" ? module : ""]] : [];
}

const byName = ([a]: [string, string], [b]: [string, string]) => (a < b ? -1 : 1);
