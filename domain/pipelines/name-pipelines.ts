import { type Flows, flowKey, flowsOf, pipelineKey, pipelinesOf } from "./flows.ts";
import { byText, type Pipeline, type Signal, signalOf, signals } from "./model.ts";

export type NamedPipelines = Map<string, Pipeline>;

/**
 * Writes flows as pipelines. A row of processors whose flow is as before keeps its pipelines as they are; new ones take the
 * name of the one before that they are most alike, and only then the first that is free: `traces`, `traces/2`…
 */
export function namePipelines(flows: ReadonlyMap<Signal, Flows>, before: NamedPipelines): NamedPipelines {
  const named: NamedPipelines = new Map();
  for (const signal of signals) {
    const old = [...before].filter(([id]) => signalOf(id) === signal);
    const oldFlows = flowsOf(old.map(([, pipeline]) => pipeline));
    const made: Pipeline[] = [];
    for (const [key, flow] of [...(flows.get(signal) ?? [])].sort(([a], [b]) => byText(a, b))) {
      if (flowKey(flow) !== flowKey(oldFlows.get(key))) made.push(...pipelinesOf(signal, flow));
      else
        for (const [id, pipeline] of old) if (pipeline.processors.join(" ") === key) named.set(id, pipeline);
    }
    nameNew(signal, made, old, named);
  }
  return named;
}

function nameNew(
  signal: Signal,
  made: readonly Pipeline[],
  old: readonly (readonly [string, Pipeline])[],
  named: NamedPipelines,
): void {
  const left = new Map(old.filter(([id]) => !named.has(id)));
  const pairs = made.flatMap((pipeline) =>
    [...left].map(([id, was]) => ({ pipeline, id, was, score: likeness(pipeline, was) })),
  );
  pairs.sort((a, b) => b.score - a.score);
  const done = new Set<Pipeline>();
  for (const { pipeline, id, was, score } of pairs) {
    if (score === 0 || done.has(pipeline) || !left.has(id)) continue;
    named.set(id, inOrderOf(was, pipeline));
    done.add(pipeline);
    left.delete(id);
  }
  let number = 1;
  for (const pipeline of made) {
    if (done.has(pipeline)) continue;
    const next = () => (number === 1 ? signal : `${signal}/${number}`);
    while (named.has(next())) number++;
    named.set(next(), pipeline);
  }
}

function likeness(a: Pipeline, b: Pipeline): number {
  if (pipelineKey(a) === pipelineKey(b)) return Number.POSITIVE_INFINITY;
  const shared = (one: readonly string[], other: readonly string[]) =>
    one.filter((id) => other.includes(id)).length;
  return (
    2 * shared(a.receivers, b.receivers) +
    2 * shared(a.exporters, b.exporters) +
    shared(a.processors, b.processors)
  );
}

/** Those that were there stay in their order. */
function inOrderOf(was: Pipeline, now: Pipeline): Pipeline {
  const order = (before: readonly string[], after: readonly string[]) => [
    ...new Set(before.filter((id) => after.includes(id))),
    ...after.filter((id) => !before.includes(id)),
  ];
  return {
    ...now,
    receivers: order(was.receivers, now.receivers),
    exporters: order(was.exporters, now.exporters),
  };
}
