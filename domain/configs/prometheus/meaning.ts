import type { Findings } from "../findings.ts";
import { isUnknown } from "../inputs/placeholders.ts";
import type { Reference } from "../kind.ts";
import type { MapReader, ScalarNode, YamlNode } from "../yaml/nodes.ts";
import { durationMs } from "./check.ts";

/** What the parts say together: jobs told apart, timeouts within intervals, relabelling that says where to. */
export function checkMeaning(root: YamlNode, reader: MapReader, findings: Findings): Reference[] {
  const references: Reference[] = [];
  const global = reader.get(root, "global");
  const jobs = new Map<string, ScalarNode>();
  for (const [index, job] of itemsOf(reader.get(root, "scrape_configs")).entries()) {
    const path = `scrape_configs[${index}]`;
    checkName(job, "job_name", jobs, path, reader, findings);
    checkTimeout(job, global, path, reader, findings);
    checkTargets(job, path, reader, findings);
    checkCredentials(job, path, reader, findings);
    for (const key of ["relabel_configs", "metric_relabel_configs"]) {
      checkRelabel(reader.get(job, key), `${path}.${key}`, reader, findings);
    }
  }
  for (const key of ["remote_write", "remote_read"]) {
    const names = new Map<string, ScalarNode>();
    for (const [index, one] of itemsOf(reader.get(root, key)).entries()) {
      checkName(one, "name", names, `${key}[${index}]`, reader, findings);
      checkCredentials(one, `${key}[${index}]`, reader, findings);
      checkRelabel(
        reader.get(one, "write_relabel_configs"),
        `${key}[${index}].write_relabel_configs`,
        reader,
        findings,
      );
    }
  }
  const alerting = reader.get(root, "alerting");
  checkRelabel(
    reader.get(alerting, "alert_relabel_configs"),
    "alerting.alert_relabel_configs",
    reader,
    findings,
  );
  for (const [index, one] of itemsOf(reader.get(alerting, "alertmanagers")).entries()) {
    checkTargets(one, `alerting.alertmanagers[${index}]`, reader, findings);
    checkCredentials(one, `alerting.alertmanagers[${index}]`, reader, findings);
  }
  if (global) checkTimeout(global, undefined, "global", reader, findings);
  for (const key of ["rule_files", "scrape_config_files"]) {
    for (const item of itemsOf(reader.get(root, key))) {
      if (item.kind === "scalar" && !isUnknown(item.text))
        references.push({ type: "file", name: item.text, ...item.at });
    }
  }
  return references;
}

const itemsOf = (node: YamlNode | undefined): readonly YamlNode[] =>
  node?.kind === "list" ? node.items : [];
const scalarOf = (node: YamlNode | undefined): ScalarNode | null =>
  node?.kind === "scalar" && !isUnknown(node.text) ? node : null;

function checkName(
  node: YamlNode,
  key: string,
  seen: Map<string, ScalarNode>,
  path: string,
  reader: MapReader,
  findings: Findings,
): void {
  const name = scalarOf(reader.get(node, key));
  if (!name || name.text === "") return;
  const before = seen.get(name.text);
  if (!before) seen.set(name.text, name);
  else {
    findings.add({
      code: key === "job_name" ? "duplicate_job" : "duplicate_name",
      message: `There is another one with the ${key} "${name.text.slice(0, 60)}", on line ${before.at.line}.`,
      at: name.at,
      path: `${path}.${key}`,
      hint: "Give one of them another name.",
    });
  }
}

function checkTimeout(
  node: YamlNode,
  global: YamlNode | undefined,
  path: string,
  reader: MapReader,
  findings: Findings,
): void {
  const timeout = scalarOf(reader.get(node, "scrape_timeout"));
  const own = reader.get(node, "scrape_interval");
  const interval = scalarOf(own) ?? (own ? null : scalarOf(reader.get(global, "scrape_interval")));
  if (own && !interval) return;
  const [longest, wanted] = [
    interval ? durationMs(interval.text) : 60_000,
    timeout && durationMs(timeout.text),
  ];
  if (!timeout || longest === null || wanted === null || wanted <= longest) return;
  findings.add({
    code: "timeout_over_interval",
    message: `The timeout ${timeout.text} is longer than the interval ${interval?.text ?? "1m"}.`,
    at: timeout.at,
    path: `${path}.scrape_timeout`,
    hint: "Shorten it, or scrape less often.",
  });
}

function checkTargets(node: YamlNode, path: string, reader: MapReader, findings: Findings): void {
  for (const [index, group] of itemsOf(reader.get(node, "static_configs")).entries()) {
    for (const target of itemsOf(reader.get(group, "targets"))) {
      const scalar = scalarOf(target);
      if (!scalar || !/[/]/.test(scalar.text)) continue;
      findings.add({
        code: "bad_target",
        message: `"${scalar.text.slice(0, 60)}" is not HOST:PORT.`,
        at: scalar.at,
        path: `${path}.static_configs[${index}].targets`,
        hint: "Leave out the scheme and the path: `scheme` and `metrics_path` are settings of the job.",
      });
    }
  }
}

/** One way to sign in at most. */
function checkCredentials(node: YamlNode, path: string, reader: MapReader, findings: Findings): void {
  if (node.kind !== "map") return;
  const entries = reader.entries(node);
  const found = [
    "basic_auth",
    "authorization",
    "oauth2",
    "bearer_token",
    "bearer_token_file",
    "sigv4",
  ].filter((key) => entries.has(key));
  const second = entries.get(found[1] ?? "");
  if (second) {
    findings.add({
      code: "two_credentials",
      message: `"${found[0]}" and "${found[1]}" exclude each other.`,
      at: second.key.at,
      path,
      hint: "Keep one of them.",
    });
  }
  for (const [block, one, other] of [
    ["basic_auth", "password", "password_file"],
    ["authorization", "credentials", "credentials_file"],
  ] as const) {
    const inner = reader.get(node, block);
    if (inner?.kind !== "map" || !reader.entries(inner).has(one)) continue;
    const twice = reader.entries(inner).get(other);
    if (twice) {
      findings.add({
        code: "two_credentials",
        message: `"${one}" and "${other}" exclude each other.`,
        at: twice.key.at,
        path: `${path}.${block}`,
        hint: "Keep one of them.",
      });
    }
  }
}

function checkRelabel(node: YamlNode | undefined, path: string, reader: MapReader, findings: Findings): void {
  for (const [index, one] of itemsOf(node).entries()) {
    if (one.kind !== "map") continue;
    const entries = reader.entries(one);
    const action = entries.get("action")
      ? scalarOf(entries.get("action")?.value)?.text.toLowerCase()
      : "replace";
    if (action === undefined) continue;
    const lacks = (key: string) => {
      if (entries.has(key)) return;
      findings.add({
        code: "missing_key",
        message: `Relabelling with the action "${action}" needs "${key}".`,
        at: one.at,
        path: `${path}[${index}]`,
        hint: `Add \`${key}: …\`.`,
      });
    };
    if (/^(?:replace|hashmod|lowercase|uppercase|keepequal|dropequal)$/.test(action)) lacks("target_label");
    if (action === "hashmod") lacks("modulus");
    const modulus = scalarOf(entries.get("modulus")?.value);
    if (action === "hashmod" && modulus?.value === 0) {
      findings.add({
        code: "out_of_range",
        message: "modulus is 0.",
        at: modulus.at,
        path: `${path}[${index}].modulus`,
        hint: "Use 1 or more.",
      });
    }
  }
}
