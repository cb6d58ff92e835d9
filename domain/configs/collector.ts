import { checkTypes } from "./collector/availability.ts";
import { SettingsCheck } from "./collector/check-settings.ts";
import { findComponent } from "./collector/components.ts";
import { checkConnections } from "./collector/connections.ts";
import { checkLinks, type Link } from "./collector/links.ts";
import { checkOrder, checkSignals, readPipelines } from "./collector/pipelines.ts";
import { readSections, roles } from "./collector/sections.ts";
import { checkService, readExtensions } from "./collector/service.ts";
import { isOpen } from "./collector/values.ts";
import type { AgentFacts } from "./facts.ts";
import { Findings } from "./findings.ts";
import type { ConfigKind, Inspection, Reference } from "./kind.ts";
import { yamlComments } from "./yaml/comments.ts";
import { MapReader, type YamlNode } from "./yaml/nodes.ts";
import { readYaml } from "./yaml/read.ts";

const template = `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:4317
      http:
        endpoint: 127.0.0.1:4318

processors:
  memory_limiter:
    check_interval: 1s
    limit_percentage: 80
    spike_limit_percentage: 20
  batch:

exporters:
  debug:
    verbosity: basic

service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [debug]
`;

function inspect(content: string, facts?: AgentFacts): Inspection {
  const findings = new Findings();
  const { root, problems } = readYaml(content);
  for (const { code, message, at, hint } of problems) findings.add({ code, message, at, hint });
  if (!root && problems.length === 0) {
    findings.add({
      code: "empty_config",
      message: "The config is empty.",
      at: { line: 1, column: 1 },
      hint: "A collector needs receivers, exporters and service.pipelines.",
    });
  }
  const references = root && !isOpen(root) ? check(root, facts, findings) : [];
  return findings.inspection(content, references);
}

function check(root: YamlNode, facts: AgentFacts | undefined, findings: Findings): Reference[] {
  const reader = new MapReader();
  const sections = readSections(root, reader, findings);
  if (!sections) return [];
  checkTypes(sections, facts, findings);
  const links: Link[] = [];
  for (const role of roles) {
    for (const component of sections.components[role]?.values() ?? []) {
      const known = findComponent(role, component.type);
      if (!known) continue;
      const settings = new SettingsCheck(reader, findings);
      settings.check(component.settings, known.schema, component.path);
      links.push({ component, ...settings.found });
    }
  }
  const started = readExtensions(sections, reader, findings);
  const pipelines = readPipelines(sections, reader, findings);
  checkService(sections, reader, findings);
  if (pipelines) {
    checkSignals(pipelines, findings);
    checkOrder(pipelines, findings);
    checkConnections(pipelines, findings);
  }
  checkLinks({ sections, pipelines, started, links }, findings);
  return (pipelines ?? []).flatMap(({ receivers, processors, exporters }) =>
    [...receivers, ...processors, ...exporters].map(({ id, at, component }) => ({
      type: component?.role ?? "component",
      name: id,
      ...at,
    })),
  );
}

/** The OpenTelemetry Collector's configuration. */
export const collectorKind: ConfigKind = {
  kind: "otel-collector",
  title: "OpenTelemetry Collector",
  contentType: "text/yaml",
  defaultFileName: "collector.yaml",
  quoting: "yaml",
  language: "yaml",
  template,
  comments: yamlComments,
  looksAt: "components",
  inspect,
};
