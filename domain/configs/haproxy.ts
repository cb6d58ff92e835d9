import { sortDiagnostics } from "./diagnostic.ts";
import { moreProblems, toDiagnostic } from "./findings.ts";
import { checkArguments } from "./haproxy/arguments.ts";
import { checkConditions } from "./haproxy/conditions.ts";
import { maxFindings } from "./haproxy/findings.ts";
import { checkKeywords } from "./haproxy/keywords.ts";
import { haproxyComments } from "./haproxy/lexer.ts";
import { parse } from "./haproxy/parse.ts";
import { checkProxies } from "./haproxy/proxies.ts";
import { checkReferences } from "./haproxy/references.ts";
import type { ConfigKind, Inspection } from "./kind.ts";
import { checkText } from "./text.ts";

const template = `global
    maxconn 2000

defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend web
    bind :8080
    default_backend app

backend app
    balance roundrobin
    server app1 127.0.0.1:9001 check
`;

function inspect(content: string): Inspection {
  const parsed = parse(content);
  const named = checkReferences(parsed);
  const findings = [
    ...parsed.findings.slice(0, maxFindings),
    ...checkKeywords(parsed),
    ...checkArguments(parsed),
    ...checkConditions(parsed),
    ...named.findings,
    ...checkProxies(parsed),
  ];
  return {
    diagnostics: [
      ...sortDiagnostics([...checkText(content), ...findings.map(toDiagnostic)]),
      ...(findings.length >= maxFindings ? [toDiagnostic(moreProblems(maxFindings))] : []),
    ],
    references: [...parsed.references, ...named.references],
  };
}

/** HAProxy's configuration, 2.6 and later. */
export const haproxyKind: ConfigKind = {
  kind: "haproxy",
  title: "HAProxy",
  contentType: "text/plain; charset=utf-8",
  defaultFileName: "haproxy.cfg",
  quoting: "line",
  language: "haproxy",
  template,
  comments: haproxyComments,
  inspect,
};
