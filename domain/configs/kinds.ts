import { refuse } from "../errors.ts";
import { caddyKind } from "./caddy.ts";
import { collectorKind } from "./collector.ts";
import { containerKind } from "./container.ts";
import { type Diagnostic, sortDiagnostics } from "./diagnostic.ts";
import type { AgentFacts } from "./facts.ts";
import { fileKind } from "./file.ts";
import { haproxyKind } from "./haproxy.ts";
import { checkPlaceholders } from "./inputs/check.ts";
import { outsideComments } from "./inputs/comments.ts";
import { namesOf, scanPlaceholders, withUnknowns } from "./inputs/placeholders.ts";
import { compileTemplate, type Quoting, type Template } from "./inputs/template.ts";
import type { ConfigKind } from "./kind.ts";
import { nginxKind } from "./nginx.ts";
import { prometheusKind } from "./prometheus.ts";
import { sentinelKdlKind } from "./sentinel-kdl.ts";
import { listNames } from "./suggest.ts";
import { maxConfigChars } from "./text.ts";

/** Every kind, in the order that people see. */
export const kinds: readonly ConfigKind[] = [
  fileKind,
  collectorKind,
  haproxyKind,
  sentinelKdlKind,
  nginxKind,
  caddyKind,
  prometheusKind,
  containerKind,
];

/** Throws `validation_failed` that names the kinds that exist. */
export function getKind(name: string): ConfigKind {
  const found = kinds.find((kind) => kind.kind === name);
  if (found) return found;
  const known = listNames(kinds.map((kind) => kind.kind));
  return refuse("validation_failed", `There is no config kind "${name}". Use one of: ${known}.`, [
    { path: "kind", message: `unknown kind "${name}"; known kinds: ${known}` },
  ]);
}

/**
 * What is wrong with `content`, by place. Errors forbid a rollout, warnings do not.
 * The kind sees placeholders as characters that it knows nothing about, each at its place.
 */
export function validate(name: string, content: string, facts?: AgentFacts): Diagnostic[] {
  const kind = getKind(name);
  if (content.length > maxConfigChars) return [tooLarge(content.length)];
  const hidden = withUnknowns(content);
  const { diagnostics } = kind.inspect(hidden, facts);
  const broken = checkPlaceholders(content, kind.comments?.(hidden) ?? []);
  return broken.length === 0 ? diagnostics : sortDiagnostics([...broken, ...diagnostics]);
}

const tooLarge = (chars: number): Diagnostic => ({
  severity: "error",
  code: "too_large",
  message: `The text has ${chars} characters; a config may have at most ${maxConfigChars}.`,
  line: 1,
  column: 1,
  path: "",
  hint: "Split it into several configs.",
});

/** As `compileTemplate`, with what stands in the kind's comments as text. Of a kind that is not known all is its text. */
export function compileConfig(name: string, quoting: Quoting, content: string): Template {
  if (quoting === "yaml" || quoting === "json") return compileTemplate(quoting, content);
  const comments = kinds.find(({ kind }) => kind === name)?.comments;
  return compileTemplate(quoting, content, comments?.(withUnknowns(content)));
}

/** What a config names outside of its comments, each once: `var:NAME`, `secret:NAME`, `agent:label`. */
export function inputNames(name: string, content: string): string[] {
  const { placeholders } = scanPlaceholders(content);
  if (placeholders.length === 0) return [];
  return namesOf(outsideComments(placeholders, getKind(name).comments?.(withUnknowns(content)) ?? []));
}
