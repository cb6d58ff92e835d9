import type { Diagnostic } from "../configs/diagnostic.ts";
import type { ComponentRole } from "../configs/facts.ts";
import { PlaceholderTokens } from "../configs/inputs/placeholder-tokens.ts";
import { checkText } from "../configs/text.ts";
import type { Entry, Place, YamlNode } from "../configs/yaml/nodes.ts";
import { readYaml } from "../configs/yaml/read.ts";
import { carries } from "./capabilities.ts";
import { drawEdges } from "./draw.ts";
import {
  byText,
  type Pipeline,
  type PipelineGraph,
  type PipelineNode,
  sections,
  signalOf,
  splitId,
} from "./model.ts";
import type { NamedPipelines } from "./name-pipelines.ts";
import { isObject, type Json, type JsonObject, maxValues, TooManyValues, ValueReader } from "./values.ts";

/** A collector's config as the compiler sees it. */
export interface CollectorText {
  /** The whole text as a value, to be written back. */
  value: JsonObject;
  components: Record<ComponentRole, Map<string, Json>>;
  /** Ids of `service.extensions`. */
  enabled: string[];
  pipelines: NamedPipelines;
  diagnostics: Diagnostic[];
}

/** What a drawing may hold: as many as no person draws. */
const maxProcessors = 100;
const maxWays = 20_000;

const roles = Object.keys(sections) as ComponentRole[];

/** null with diagnostics for a text that is no map. Never throws. */
export function readCollector(text: string): { read: CollectorText | null; diagnostics: Diagnostic[] } {
  const tokens = new PlaceholderTokens(text);
  const unreadable = checkText(text).filter(({ severity }) => severity === "error");
  if (unreadable.length > 0) return { read: null, diagnostics: unreadable };
  const { root, problems } = readYaml(tokens.mask(text));
  if (problems.length > 0) {
    const diagnostics = problems.map(({ code, message, at, hint }) =>
      found(code, tokens.unmask(message), at, "", hint),
    );
    return { read: null, diagnostics };
  }
  const start = { line: 1, column: 1 };
  if (root && root.kind !== "map") {
    const hint = "Begin with `receivers:`, `exporters:` and `service:`.";
    return {
      read: null,
      diagnostics: [found("not_a_map", "A collector's config is a map.", root.at, "", hint)],
    };
  }
  const reading = new CollectorReading((one) => tokens.unmask(one));
  try {
    return reading.read(root ?? undefined);
  } catch (error) {
    if (!(error instanceof TooManyValues)) throw error;
    const hint = "Repeat less by aliases, or split the config.";
    const message = `Its aliases make more than ${maxValues} values.`;
    return { read: null, diagnostics: [found("too_large", message, start, "", hint)] };
  }
}

function found(code: string, message: string, at: Place, path: string, hint: string): Diagnostic {
  return { severity: "error", code, message, ...at, path, hint };
}

class CollectorReading {
  readonly #values: ValueReader;
  readonly #text: (written: string) => string;
  readonly #diagnostics: Diagnostic[] = [];
  #ways = 0;

  constructor(text: (written: string) => string) {
    this.#text = text;
    this.#values = new ValueReader(text);
  }

  read(root: YamlNode | undefined): ReturnType<typeof readCollector> {
    const value = this.#values.read(root);
    const components = Object.fromEntries(
      roles.map((role) => [role, this.#components(root, role)]),
    ) as CollectorText["components"];
    const service = this.#map(this.#values.maps.get(root, "service"), "service");
    const enabled = this.#ids(service.get("extensions")?.value, "service.extensions").map(({ id }) => id);
    const pipelines: NamedPipelines = new Map();
    for (const [id, { key, value: node }] of this.#map(
      service.get("pipelines")?.value,
      "service.pipelines",
    )) {
      const pipeline = this.#pipeline(this.#text(id), key.at, node, components);
      if (pipeline) pipelines.set(this.#text(id), pipeline);
    }
    for (const { id, at } of this.#ids(service.get("extensions")?.value, "")) {
      if (!components.extension.has(id)) this.#undefined(id, at, "service.extensions", "extension");
    }
    const read = {
      value: isObject(value) ? value : {},
      components,
      enabled,
      pipelines,
      diagnostics: this.#diagnostics,
    };
    return { read, diagnostics: this.#diagnostics };
  }

  #components(root: YamlNode | undefined, role: ComponentRole): Map<string, Json> {
    const section = sections[role];
    const entries = this.#map(this.#values.maps.get(root, section), section);
    return new Map([...entries].map(([id, { value }]) => [this.#text(id), this.#values.read(value)]));
  }

  #pipeline(id: string, at: Place, node: YamlNode, components: CollectorText["components"]): Pipeline | null {
    const path = `service.pipelines.${id}`;
    const signal = signalOf(id);
    if (!signal) {
      const hint = "Name it by what flows through it: traces, metrics, logs or profiles, as in traces/2.";
      this.#diagnostics.push(found("unknown_signal", `"${id}" names no signal.`, at, path, hint));
      return null;
    }
    const parts = this.#map(node, path);
    const listed = (name: "receivers" | "processors" | "exporters") => {
      const ids = this.#ids(parts.get(name)?.value, `${path}.${name}`);
      const role = name === "receivers" ? "receiver" : name === "exporters" ? "exporter" : "processor";
      const known = (one: string) =>
        components[role].has(one) || (role !== "processor" && components.connector.has(one));
      for (const one of ids) if (!known(one.id)) this.#undefined(one.id, one.at, `${path}.${name}`, role);
      return ids.filter((one) => known(one.id)).map((one) => one.id);
    };
    const receivers = [...new Set(listed("receivers"))];
    const processors = listed("processors");
    const exporters = [...new Set(listed("exporters"))];
    this.#ways += receivers.length * (processors.length + exporters.length);
    if (processors.length <= maxProcessors && this.#ways <= maxWays) {
      return { signal, receivers, processors, exporters };
    }
    const hint = `At most ${maxProcessors} processors in one pipeline and ${maxWays} ways in all are drawn.`;
    this.#diagnostics.push(found("too_large", `${path} is too large to be drawn.`, at, path, hint));
    return null;
  }

  #undefined(id: string, at: Place, path: string, role: ComponentRole): void {
    const message = `The ${role} "${id}" is not defined.`;
    const hint = `Define it under ${sections[role]}, or remove it here.`;
    this.#diagnostics.push(found("undefined_component", message, at, path, hint));
  }

  #ids(node: YamlNode | undefined, path: string): { id: string; at: Place }[] {
    if (!node || (node.kind === "scalar" && node.value === null)) return [];
    if (node.kind !== "list") {
      this.#diagnostics.push(found("not_a_list", `${path} is a list.`, node.at, path, "Write [a, b]."));
      return [];
    }
    return node.items.flatMap((item) => {
      if (item.kind === "scalar" && item.value !== null) return [{ id: this.#text(item.text), at: item.at }];
      this.#diagnostics.push(found("not_an_id", "Ids are text.", item.at, path, "Write a component's id."));
      return [];
    });
  }

  #map(node: YamlNode | undefined, path: string): ReadonlyMap<string, Entry> {
    if (!node || (node.kind === "scalar" && node.value === null)) return new Map();
    if (node.kind === "map") return this.#values.maps.entries(node);
    this.#diagnostics.push(
      found("not_a_map", `${path} is a map.`, node.at, path, "Write `key: value` lines under it."),
    );
    return new Map();
  }
}

/**
 * A collector's YAML as a graph: nothing of the text is lost when it is compiled into the same text again. null when the
 * text cannot be read; what is merely wrong in it is told and left out. Never throws.
 */
export function yamlToGraph(text: string): { graph: PipelineGraph | null; diagnostics: Diagnostic[] } {
  const { read, diagnostics } = readCollector(text);
  if (!read) return { graph: null, diagnostics };
  const nodes: PipelineNode[] = [];
  for (const role of roles) {
    for (const [id, config] of [...read.components[role]].sort(([a], [b]) => byText(a, b))) {
      const { component, name } = splitId(id);
      const off = role === "extension" && !read.enabled.includes(id);
      nodes.push({
        id: `${role}:${id}`,
        role,
        component,
        name,
        config,
        signals: [...carries({ role, component })],
        placement: off ? "off" : "edges",
      });
    }
  }
  return { graph: drawEdges(nodes, [...read.pipelines.values()]), diagnostics };
}
