import type { ComponentRole } from "../facts.ts";
import type { Findings } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import type { MapReader, Place, ScalarNode, YamlNode } from "../yaml/nodes.ts";
import { type Signal, signals } from "./component.ts";
import { findComponent } from "./components.ts";
import { type Defined, type Sections, sectionOf } from "./sections.ts";
import { isNull, isOpen, shorten } from "./values.ts";

/** A component's place in a pipeline. */
export interface Use {
  id: string;
  at: Place;
  /** null = it is not defined, or defined in a part that is filled in later. */
  component: Defined | null;
}

export interface Pipeline {
  id: string;
  signal: Signal;
  at: Place;
  path: string;
  receivers: Use[];
  processors: Use[];
  exporters: Use[];
}

const places = ["receivers", "processors", "exporters"] as const;
type PlaceKey = (typeof places)[number];
const rolesAt: Record<PlaceKey, readonly ComponentRole[]> = {
  receivers: ["receiver", "connector"],
  processors: ["processor"],
  exporters: ["exporter", "connector"],
};

/** Reads `service.pipelines` and looks up what they name. null = they are filled in later. */
export function readPipelines(sections: Sections, reader: MapReader, findings: Findings): Pipeline[] | null {
  const { service } = sections;
  const node = reader.get(service, "pipelines");
  if ((service && isOpen(service)) || (node && isOpen(node))) return null;
  if (!service || !node || node.kind !== "map" || node.entries.length === 0) {
    findings.add({
      code: "missing_section",
      message: "The config has no pipelines, so nothing would run.",
      at: node?.at ?? service?.at ?? { line: 1, column: 1 },
      path: "service.pipelines",
      hint: "Add `service: {pipelines: {traces: {receivers: […], exporters: […]}}}`.",
    });
    return [];
  }
  const found: Pipeline[] = [];
  for (const { key, value } of reader.entries(node).values()) {
    if (isOpen(key)) return null;
    const pipeline = readPipeline(key, value, sections, reader, findings);
    if (pipeline) found.push(pipeline);
  }
  return found;
}

function readPipeline(
  key: ScalarNode,
  node: YamlNode,
  sections: Sections,
  reader: MapReader,
  findings: Findings,
): Pipeline | null {
  const path = `service.pipelines.${key.text}`;
  const [type = ""] = key.text.split("/");
  const signal = signals.find((one) => one === type.trim());
  if (!signal || key.text.endsWith("/")) {
    findings.add({
      code: "unknown_signal",
      message: `"${shorten(key.text)}" is not a pipeline of a signal.`,
      at: key.at,
      path,
      hint: () => {
        const meant = nearest(type, signals);
        return `${meant ? `Did you mean \`${meant}\`? ` : ""}Write traces, metrics, logs or profiles, with a name if you like: traces/edge.`;
      },
    });
    return null;
  }
  if (isOpen(node)) return null;
  const pipeline: Pipeline = {
    id: key.text,
    signal,
    at: key.at,
    path,
    receivers: [],
    processors: [],
    exporters: [],
  };
  if (node.kind === "map") {
    for (const { key: part } of node.entries) {
      if (part.text === "<<" || places.some((one) => one === part.text) || isOpen(part)) continue;
      findings.add({
        code: "unknown_key",
        message: `A pipeline has no "${shorten(part.text)}".`,
        at: part.at,
        path: `${path}.${part.text}`,
        hint: () => {
          const meant = nearest(part.text, places);
          return meant ? `Did you mean \`${meant}\`?` : `Use ${listNames(places)}.`;
        },
      });
    }
  } else if (!isNull(node)) {
    findings.add({
      code: "wrong_type",
      message: `The pipeline "${shorten(key.text)}" must be a map.`,
      at: node.at,
      path,
      hint: "Write `receivers: [otlp]` and `exporters: [debug]` below it, indented.",
    });
    return null;
  }
  let open = false;
  for (const place of places) {
    const list = reader.get(node, place);
    const uses = readUses(list, place, path, sections, findings);
    if (uses === null) open = true;
    else pipeline[place] = uses;
    const needed = place !== "processors" && (!list || uses?.length === 0);
    if (needed) {
      findings.add({
        code: "missing_key",
        message: `The pipeline "${shorten(key.text)}" has no ${place}.`,
        at: list?.at ?? key.at,
        path: `${path}.${place}`,
        hint: `Add \`${place}: […]\` with at least one id.`,
      });
    }
  }
  if (open) return pipeline;
  refuseTwice(pipeline, findings);
  return pipeline;
}

function readUses(
  list: YamlNode | undefined,
  place: PlaceKey,
  path: string,
  sections: Sections,
  findings: Findings,
): Use[] | null {
  if (!list || isNull(list)) return [];
  if (isOpen(list)) return null;
  const items = list.kind === "list" ? list.items : splitText(list);
  if (!items) {
    findings.add({
      code: "wrong_type",
      message: `"${place}" of a pipeline must be a list of ids.`,
      at: list.at,
      path: `${path}.${place}`,
      hint: "Write [a, b].",
    });
    return null;
  }
  const uses: Use[] = [];
  for (const [i, item] of items.entries()) {
    if (isOpen(item)) return null;
    if (item.kind !== "scalar" || item.text === "") {
      findings.add({
        code: "wrong_type",
        message: `"${place}" of a pipeline must hold ids of components.`,
        at: item.at,
        path: `${path}.${place}[${i}]`,
        hint: "Settings stand below the component; a pipeline only names it.",
      });
      continue;
    }
    uses.push({
      id: item.text,
      at: item.at,
      component: lookUp(item.text, item.at, rolesAt[place], `${path}.${place}[${i}]`, sections, findings),
    });
  }
  return uses;
}

/** `a,b` stands for `[a, b]`. */
function splitText(node: YamlNode): YamlNode[] | null {
  if (node.kind !== "scalar" || typeof node.value !== "string") return null;
  return node.value.split(",").map((part) => ({ ...node, value: part, text: part }));
}

/** The component that is meant; says so when there is none. Marks it as used. */
export function lookUp(
  id: string,
  at: Place,
  roles: readonly ComponentRole[],
  path: string,
  { components }: Pick<Sections, "components">,
  findings: Findings,
): Defined | null {
  for (const role of roles) {
    const found = components[role]?.get(id);
    if (!found) continue;
    found.used = true;
    return found;
  }
  if (roles.some((role) => components[role] === null)) return null;
  const [role = "receiver"] = roles;
  findings.add({
    code: `undefined_${role}`,
    message: `There is no ${roles.join(" or ")} "${shorten(id)}".`,
    at,
    path,
    hint: () => {
      const known = roles.flatMap((one) => [...(components[one]?.keys() ?? [])]);
      const elsewhere = Object.values(components)
        .find((one) => one?.has(id))
        ?.get(id);
      if (elsewhere) return `"${id}" is ${article(elsewhere.role)} ${elsewhere.role}: it cannot stand here.`;
      const meant = nearest(id, known);
      const exist =
        known.length > 0 ? `There is: ${listNames(known)}.` : `The config defines no ${sectionOf[role]}.`;
      return meant ? `Did you mean \`${meant}\`? ${exist}` : exist;
    },
  });
  return null;
}

export const article = (role: ComponentRole): string =>
  role === "exporter" || role === "extension" ? "an" : "a";

function refuseTwice({ processors, path }: Pipeline, findings: Findings): void {
  const seen = new Set<string>();
  for (const { id, at } of processors) {
    if (seen.has(id)) {
      findings.add({
        code: "duplicate_processor",
        message: `The processor "${shorten(id)}" stands in this pipeline twice.`,
        at,
        path: `${path}.processors`,
        hint: "Remove one, or define a second one with a name: type/name.",
      });
    }
    seen.add(id);
  }
}

/** What stands in a pipeline must take its signal. */
export function checkSignals(pipelines: readonly Pipeline[], findings: Findings): void {
  for (const { id, signal, path, receivers, processors, exporters } of pipelines) {
    for (const { component, at } of [...receivers, ...processors, ...exporters]) {
      const known = component && findComponent(component.role, component.type);
      if (!component || !known || known.role === "connector" || known.signals.includes(signal)) continue;
      findings.add({
        code: "signal_not_supported",
        message: `The ${component.role} "${shorten(component.id)}" does not handle ${signal}.`,
        at,
        path: `${path}.${sectionOf[component.role]}`,
        hint: `${known.type} handles ${listNames(known.signals)}. Take it out of the pipeline "${shorten(id)}".`,
      });
    }
  }
}

/** Those before which no batch should be made: they take parts of it away, or look at the request it came with. */
const beforeBatch = new Set([
  "filter",
  "probabilistic_sampler",
  "tail_sampling",
  "k8sattributes",
  "k8s_attributes",
  "groupbytrace",
]);

/** The order that the collector's documentation advises. */
export function checkOrder(pipelines: readonly Pipeline[], findings: Findings): void {
  for (const { processors, path } of pipelines) {
    const types = processors.map(({ component, id }) => component?.type ?? id.split("/")[0] ?? id);
    const limiter = types.indexOf("memory_limiter");
    if (limiter > 0) {
      findings.add({
        severity: "warning",
        code: "processor_order",
        message: `"${shorten(processors[limiter]?.id ?? "")}" stands behind "${shorten(processors[0]?.id ?? "")}": data is worked on before it can be refused.`,
        at: processors[limiter]?.at ?? { line: 1, column: 1 },
        path: `${path}.processors[${limiter}]`,
        hint: "Put memory_limiter first.",
      });
    }
    const batch = types.indexOf("batch");
    const late = batch === -1 ? -1 : types.findIndex((type, i) => i > batch && beforeBatch.has(type));
    if (late === -1) continue;
    findings.add({
      severity: "warning",
      code: "processor_order",
      message: `"${shorten(processors[late]?.id ?? "")}" stands behind "${shorten(processors[batch]?.id ?? "")}": it takes batches apart, or cannot see where data came from.`,
      at: processors[late]?.at ?? { line: 1, column: 1 },
      path: `${path}.processors[${late}]`,
      hint: "Put batch last.",
    });
  }
}
