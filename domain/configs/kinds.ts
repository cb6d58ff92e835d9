import { refuse } from "../errors.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { AgentFacts } from "./facts.ts";
import { fileKind } from "./file.ts";
import { haproxyKind } from "./haproxy.ts";
import type { ConfigKind } from "./kind.ts";
import { listNames } from "./suggest.ts";

/** Every kind, in the order that people see. */
export const kinds: readonly ConfigKind[] = [fileKind, haproxyKind];

/** Throws `validation_failed` that names the kinds that exist. */
export function getKind(name: string): ConfigKind {
  const found = kinds.find((kind) => kind.kind === name);
  if (found) return found;
  const known = listNames(kinds.map((kind) => kind.kind));
  return refuse("validation_failed", `There is no config kind "${name}". Use one of: ${known}.`, [
    { path: "kind", message: `unknown kind "${name}"; known kinds: ${known}` },
  ]);
}

/** What is wrong with `content`, by place. Errors forbid a rollout, warnings do not. */
export function validate(kind: string, content: string, facts?: AgentFacts): Diagnostic[] {
  return getKind(kind).inspect(content, facts).diagnostics;
}
