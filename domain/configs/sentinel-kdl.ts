import type { AgentFacts } from "./facts.ts";
import { Findings } from "./findings.ts";
import type { ConfigKind, Inspection } from "./kind.ts";
import { checkNodes } from "./sentinel/check.ts";
import { checkMeaning } from "./sentinel/meaning.ts";
import { readKdl } from "./sentinel/read.ts";
import { readRelease } from "./sentinel/releases.ts";
import { scanKdl } from "./sentinel/scan.ts";
import { documentRules } from "./sentinel/schema.ts";

const template = `schema-version "1.0"

system {
    worker-threads 0
    max-connections 10000
}

listeners {
    listener "http" {
        address "0.0.0.0:8080"
        protocol "http"
    }
}

routes {
    route "default" {
        matches {
            path-prefix "/"
        }
        upstream "app"
    }
}

upstreams {
    upstream "app" {
        target "127.0.0.1:9001"
        load-balancing "round_robin"
    }
}
`;

/** Far above what a config may be long; the tree of a longer one takes hundreds of megabytes. */
const maxChars = 2_000_000;

function inspect(content: string, facts?: AgentFacts): Inspection {
  const findings = new Findings();
  if (content.length > maxChars) {
    findings.add({
      code: "too_long",
      message: `The text has ${content.length} characters; a config of this kind may have ${maxChars}.`,
      at: { line: 1, column: 1 },
      hint: "Part it into several configs.",
    });
    return findings.inspection(content);
  }
  const nodes = readKdl(content, findings);
  if (nodes === null) return findings.inspection(content);
  const releases = (facts?.versions ?? []).map(readRelease).filter((one) => one !== null);
  const walked = checkNodes(nodes, documentRules, findings, releases);
  checkMeaning(nodes, walked, findings);
  return findings.inspection(
    content,
    walked.used.map(({ thing, id, value }) => ({ type: thing, name: id, ...value.at })),
  );
}

/** The configuration of the Sentinel reverse proxy (today Zentinel), in KDL 2. */
export const sentinelKdlKind: ConfigKind = {
  kind: "sentinel-kdl",
  title: "Sentinel (KDL)",
  contentType: "text/plain; charset=utf-8",
  defaultFileName: "sentinel.kdl",
  quoting: "line",
  language: "kdl",
  template,
  comments: (content) => scanKdl(content).comments,
  looksAt: "versions",
  inspect,
};
