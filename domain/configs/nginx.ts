import type { AgentFacts } from "./facts.ts";
import { Findings } from "./findings.ts";
import type { ConfigKind, Inspection } from "./kind.ts";
import { checkDirectives } from "./nginx/check.ts";
import { checkMeaning } from "./nginx/meaning.ts";
import { parseNginx } from "./nginx/parse.ts";

const template = `worker_processes auto;

events {
    worker_connections 1024;
}

http {
    upstream app {
        server 127.0.0.1:9001;
    }

    server {
        listen 8080;

        location / {
            proxy_pass http://app;
            proxy_set_header Host $host;
        }
    }
}
`;

function inspect(content: string, facts?: AgentFacts): Inspection {
  const findings = new Findings();
  const { directives } = parseNginx(content, findings);
  // What could not be read to its end says nothing of what is missing in it.
  const readable = findings.empty;
  const visited = checkDirectives(directives, facts?.versions ?? [], findings);
  const references = readable ? checkMeaning(visited, findings) : [];
  return findings.inspection(content, references);
}

/** nginx.conf as a whole, for nginx 1.22 and later. */
export const nginxKind: ConfigKind = {
  kind: "nginx",
  title: "nginx",
  contentType: "text/plain; charset=utf-8",
  defaultFileName: "nginx.conf",
  quoting: "line",
  language: "nginx",
  template,
  comments: (content) => parseNginx(content, new Findings()).comments,
  looksAt: "versions",
  inspect,
};
