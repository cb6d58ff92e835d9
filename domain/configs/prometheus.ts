import { Findings } from "./findings.ts";
import type { ConfigKind, Inspection } from "./kind.ts";
import { checkShape } from "./prometheus/check.ts";
import { checkMeaning } from "./prometheus/meaning.ts";
import { documentShape } from "./prometheus/shapes.ts";
import { yamlComments } from "./yaml/comments.ts";
import { MapReader } from "./yaml/nodes.ts";
import { readYaml } from "./yaml/read.ts";

const template = `global:
  scrape_interval: 15s

scrape_configs:
  - job_name: app
    static_configs:
      - targets: ["127.0.0.1:9001"]
`;

function inspect(content: string): Inspection {
  const findings = new Findings();
  const { root, problems } = readYaml(content);
  for (const problem of problems) findings.add(problem);
  if (root === null) return findings.inspection(content);
  const reader = new MapReader();
  checkShape(root, documentShape, reader, findings);
  return findings.inspection(content, checkMeaning(root, reader, findings));
}

/** prometheus.yml, for Prometheus 2.42 and later. */
export const prometheusKind: ConfigKind = {
  kind: "prometheus",
  title: "Prometheus",
  contentType: "text/yaml; charset=utf-8",
  defaultFileName: "prometheus.yml",
  quoting: "yaml",
  language: "yaml",
  template,
  comments: yamlComments,
  inspect,
};
