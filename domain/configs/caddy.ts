import { checkCaddyfile } from "./caddy/check.ts";
import { parseCaddyfile } from "./caddy/parse.ts";
import { Findings } from "./findings.ts";
import type { ConfigKind, Inspection } from "./kind.ts";

const template = `:8080 {
	encode gzip
	reverse_proxy 127.0.0.1:9001
}
`;

function inspect(content: string): Inspection {
  const findings = new Findings();
  const { segments } = parseCaddyfile(content, findings);
  const references = findings.empty || segments.length > 0 ? checkCaddyfile(segments, findings) : [];
  return findings.inspection(content, references);
}

/** A Caddyfile, for Caddy 2.6 and later. */
export const caddyKind: ConfigKind = {
  kind: "caddy",
  title: "Caddy",
  contentType: "text/plain; charset=utf-8",
  defaultFileName: "Caddyfile",
  quoting: "line",
  language: "caddy",
  template,
  comments: (content) => parseCaddyfile(content, new Findings()).comments,
  inspect,
};
