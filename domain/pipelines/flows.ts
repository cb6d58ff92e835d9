import { byText, type Pipeline, type Signal } from "./model.ts";

/**
 * What data does in pipelines of one signal: for each row of processors, which receivers' data goes through it to which
 * exporters. Two ways to write pipelines that have equal flows mean the same.
 */
export interface Flow {
  processors: string[];
  /** Receiver → the exporters that its data reaches. */
  reaches: Map<string, Set<string>>;
}

/** By the processors, joined by blanks: no id holds one. */
export type Flows = Map<string, Flow>;

export function addFlow(
  flows: Flows,
  processors: readonly string[],
  receivers: Iterable<string>,
  exporters: Iterable<string>,
): void {
  const key = processors.join(" ");
  const flow = flows.get(key) ?? { processors: [...processors], reaches: new Map() };
  const given = [...exporters];
  if (given.length === 0) return;
  for (const receiver of receivers) {
    flows.set(key, flow);
    const reached = flow.reaches.get(receiver) ?? new Set();
    for (const exporter of given) reached.add(exporter);
    flow.reaches.set(receiver, reached);
  }
}

export function flowsOf(pipelines: readonly Pipeline[]): Flows {
  const flows: Flows = new Map();
  for (const { processors, receivers, exporters } of pipelines) {
    addFlow(flows, processors, receivers, exporters);
  }
  return flows;
}

const joined = (names: Iterable<string>): string => [...names].sort(byText).join(" ");

/** Equal for flows that mean the same. */
export const flowKey = (flow: Flow | undefined): string =>
  flow
    ? [...flow.reaches]
        .map(([receiver, exporters]) => `${receiver} > ${joined(exporters)}`)
        .sort(byText)
        .join("\n")
    : "";

/** The fewest pipelines that are easily read: receivers that reach the same exporters share one. Sorted throughout. */
export function pipelinesOf(signal: Signal, flow: Flow): Pipeline[] {
  const byReach = new Map<string, string[]>();
  for (const [receiver, exporters] of flow.reaches) {
    const key = joined(exporters);
    byReach.set(key, [...(byReach.get(key) ?? []), receiver]);
  }
  return [...byReach]
    .map(([exporters, receivers]) => ({
      signal,
      receivers: receivers.sort(byText),
      processors: flow.processors,
      exporters: exporters.split(" "),
    }))
    .sort((a, b) => byText(pipelineKey(a), pipelineKey(b)));
}

/** Equal for pipelines that are written alike, but for the order of receivers and exporters. */
export const pipelineKey = ({ receivers, processors, exporters }: Pipeline): string =>
  `${joined(receivers)} | ${processors.join(" ")} | ${joined(exporters)}`;
