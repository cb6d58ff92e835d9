import type { Diagnostic } from "../configs/diagnostic.ts";
import { carries } from "./capabilities.ts";
import { checkGraph, shownNode, type Wiring } from "./check-graph.ts";
import { collectorValue, inFlow } from "./collector-value.ts";
import { addFlow, type Flows } from "./flows.ts";
import {
  byText,
  componentId,
  type GraphProblem,
  type PipelineGraph,
  type PipelineNode,
  type Signal,
  signals,
} from "./model.ts";
import { namePipelines } from "./name-pipelines.ts";
import { readCollector } from "./parse.ts";
import { patchYaml } from "./patch-yaml.ts";

export interface Compiled {
  /** null = the graph has errors, or `previous` cannot be read. */
  content: string | null;
  problems: GraphProblem[];
  /** Of `previous`, when it cannot be read. */
  diagnostics: Diagnostic[];
}

/** More ways through the processors are not written out: each becomes a pipeline. */
const maxPipelines = 200;

/**
 * Writes a graph as a collector's YAML: a function of the graph, whatever the order of its nodes and edges. With `previous`
 * only what differs is written. Never throws.
 */
export function graphToYaml(graph: PipelineGraph, previous?: string): Compiled {
  const { problems, wiring } = checkGraph(graph);
  if (problems.some(({ severity }) => severity === "error"))
    return { content: null, problems, diagnostics: [] };
  const { read, diagnostics } = readCollector(previous ?? "");
  if (!read) return { content: null, problems, diagnostics };
  const flows = flowsOfGraph(wiring, problems);
  if (!flows) return { content: null, problems, diagnostics: [] };
  const named = namePipelines(flows, read.pipelines);
  if (named.size === 0) {
    problems.push({
      severity: "warning",
      code: "no_pipeline",
      message:
        "The graph leads from no receiver to an exporter, and a collector without a pipeline does not start.",
      hint: "Draw an edge from a receiver to an exporter.",
      nodes: [],
      edges: [],
    });
  }
  const wanted = collectorValue(graph, read, named);
  return { content: patchYaml(previous ?? "", wanted, inFlow), problems, diagnostics: [] };
}

/** null = there are too many ways, or one passes a processor twice; then `problems` says so. */
function flowsOfGraph(
  wiring: ReadonlyMap<string, Wiring>,
  problems: GraphProblem[],
): Map<Signal, Flows> | null {
  const flows = new Map<Signal, Flows>();
  const everywhere = [...wiring.values()]
    .map(({ node }) => node)
    .filter(({ placement }) => placement === "auto");
  for (const signal of signals) {
    const own: Flows = new Map();
    const auto = everywhere
      .filter((node) => (node.signals ?? carries(node)).includes(signal) && carries(node).includes(signal))
      .sort((a, b) => byText(componentId(a), componentId(b)));
    const refused = walk(signal, wiring, (row, from, to) => {
      addFlow(own, withPlaced(row, auto), from, to);
    });
    if (refused) {
      problems.push(refused);
      return null;
    }
    flows.set(signal, own);
  }
  return flows;
}

type Found = (row: PipelineNode[], receivers: string[], exporters: string[]) => void;

/** Tells each row of processors from a receiver to an exporter. The graph has no cycle. */
function walk(signal: Signal, wiring: ReadonlyMap<string, Wiring>, found: Found): GraphProblem | null {
  const of = (id: string): Wiring => wiring.get(id) as Wiring;
  const sources = ({ into }: Wiring) =>
    into
      .filter((edge) => edge.signal === signal)
      .map(({ from }) => of(from).node)
      .filter(isEnd)
      .map(componentId);
  const after = ({ outOf }: Wiring) => outOf.filter((edge) => edge.signal === signal).map(({ to }) => of(to));
  let rows = 0;
  for (const wired of wiring.values()) {
    if (isEnd(wired.node)) {
      const ends = after(wired)
        .map(({ node }) => node)
        .filter(isEnd)
        .map(componentId);
      found([], [componentId(wired.node)], ends);
      continue;
    }
    const receivers = sources(wired);
    if (receivers.length === 0) continue;
    const open: Wiring[][] = [[wired]];
    for (let row = open.pop(); row; row = open.pop()) {
      const nodes = row.map(({ node }) => node);
      const twice = nodes.find(
        (node, index) => nodes.findIndex((one) => componentId(one) === componentId(node)) < index,
      );
      if (twice) return repeated(signal, twice);
      const next = after(row.at(-1) as Wiring);
      const exporters = next
        .map(({ node }) => node)
        .filter(isEnd)
        .map(componentId);
      if (exporters.length > 0) {
        if (++rows > maxPipelines) return tooMany(signal);
        found(nodes, receivers, exporters);
      }
      for (const one of next) if (!isEnd(one.node)) open.push([...row, one]);
      if (open.length > 10 * maxPipelines) return tooMany(signal);
    }
  }
  return null;
}

const isEnd = ({ role }: PipelineNode): boolean => role !== "processor";

/** memory_limiter first, so that it can refuse; batch last, so that it packs what is left. */
function withPlaced(row: readonly PipelineNode[], auto: readonly PipelineNode[]): string[] {
  const ids = row.map(componentId);
  const free = auto.filter((node) => !ids.includes(componentId(node)));
  const is = (type: string) => (node: PipelineNode) => node.component === type;
  const first = free.filter(is("memory_limiter"));
  const last = free.filter(is("batch"));
  const between = free.filter((node) => !first.includes(node) && !last.includes(node));
  const end = row.at(-1);
  const drawnLast = end && is("batch")(end) ? [end] : [];
  const drawn = row.slice(0, row.length - drawnLast.length);
  return [...first, ...drawn, ...between, ...drawnLast, ...last].map(componentId);
}

const repeated = (signal: Signal, node: PipelineNode): GraphProblem => ({
  severity: "error",
  code: "processor_twice",
  message: `On one way of ${signal} the ${shownNode(node)} stands twice.`,
  hint: "Remove one of them, or give it another name and settings of its own.",
  nodes: [node.id],
  edges: [],
});

const tooMany = (signal: Signal): GraphProblem => ({
  severity: "error",
  code: "too_many_pipelines",
  message: `The branches and joins of ${signal} make more than ${maxPipelines} pipelines.`,
  hint: "Join branches by a connector of type forward: one pipeline then ends where they join.",
  nodes: [],
  edges: [],
});
