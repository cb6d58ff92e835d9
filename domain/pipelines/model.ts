import type { ComponentRole } from "../configs/facts.ts";

/** What flows through a pipeline; the first word of its id. */
export const signals = ["traces", "metrics", "logs", "profiles"] as const;
export type Signal = (typeof signals)[number];

/** `edges`: where its edges put it. `auto`: a processor of every pipeline. `off`: an extension that is not enabled. */
export const placements = ["edges", "auto", "off"] as const;
export type Placement = (typeof placements)[number];

/**
 * One component in the graph. Receivers, exporters, connectors and extensions have one node each. A processor has a node
 * for each place where it works; all of them have the same settings.
 */
export interface PipelineNode {
  id: string;
  role: ComponentRole;
  /** The component's type; with `/name` its id in the YAML. */
  component: string;
  name: string;
  /** JSON; null = no settings. */
  config: unknown;
  /** What it can carry; left out = as its component is known to. */
  signals?: Signal[] | undefined;
  placement: Placement;
}

export interface PipelineEdge {
  from: string;
  to: string;
  signal: Signal;
}

export interface PipelineGraph {
  nodes: PipelineNode[];
  edges: PipelineEdge[];
}

/** One of the YAML's `service.pipelines`. Members are component ids. */
export interface Pipeline {
  signal: Signal;
  receivers: string[];
  processors: string[];
  exporters: string[];
}

export interface GraphProblem {
  severity: "error" | "warning";
  code: string;
  message: string;
  hint: string | null;
  /** Ids of the nodes that it is about. */
  nodes: string[];
  /** Places among the edges, from 0. */
  edges: number[];
}

/** `otlp`, or `otlp/name`. */
export const componentId = ({ component, name }: Pick<PipelineNode, "component" | "name">): string =>
  name === "" ? component : `${component}/${name}`;

export function splitId(id: string): { component: string; name: string } {
  const slash = id.indexOf("/");
  return slash === -1
    ? { component: id, name: "" }
    : { component: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** The YAML's sections, by role. */
export const sections = {
  receiver: "receivers",
  processor: "processors",
  exporter: "exporters",
  connector: "connectors",
  extension: "extensions",
} as const satisfies Record<ComponentRole, string>;

export const signalOf = (pipelineId: string): Signal | null =>
  signals.find((signal) => splitId(pipelineId).component === signal) ?? null;

/** Without regard to locale, so that the order is the same everywhere. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
