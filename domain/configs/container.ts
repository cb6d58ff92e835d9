import { canonicalManifest, imageOf } from "./container/canonical.ts";
import { manifestShape } from "./container/manifest.ts";
import { checkRelations } from "./container/relations.ts";
import { checkShape } from "./container/shape.ts";
import { Findings } from "./findings.ts";
import type { ConfigKind, Inspection } from "./kind.ts";
import { yamlComments } from "./yaml/comments.ts";
import { readYaml } from "./yaml/read.ts";

const template = `image:
  ref: docker.io/library/nginx:1.27
processes:
  web:
    ports:
      - container: 80
        host: 8080
    resources:
      memory: 256Mi
      cpu: 0.5
    restart: always
    health:
      http: {path: /, port: 80}
      intervalSeconds: 10
`;

function inspect(content: string): Inspection {
  const findings = new Findings();
  const { root, problems } = readYaml(content);
  for (const problem of problems) findings.add(problem);
  if (!root) {
    if (problems.length === 0) {
      findings.add({
        code: "empty",
        message: "The manifest is empty.",
        at: { line: 1, column: 1 },
        hint: "It needs image and processes.",
      });
    }
    return findings.inspection(content);
  }
  checkShape(root, manifestShape, findings);
  const references = root.kind === "map" ? checkRelations(root, findings) : [];
  return findings.inspection(content, references);
}

/** An app of one image, that agents run as containers. */
export const containerKind: ConfigKind = {
  kind: "container",
  title: "Container app",
  contentType: "application/json",
  defaultFileName: "app.json",
  quoting: "json",
  language: "yaml",
  template,
  comments: yamlComments,
  inspect,
  image: imageOf,
  deliver: canonicalManifest,
};
