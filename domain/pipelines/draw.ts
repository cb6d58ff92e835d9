import { flowsOf } from "./flows.ts";
import {
  byText,
  type Pipeline,
  type PipelineEdge,
  type PipelineGraph,
  type PipelineNode,
  signals,
} from "./model.ts";

/** What may still come after a place in a pipeline: processors and exporters, each with what may come after it. */
interface Step {
  processor: string | null;
  exporters: Set<string>;
  next: Map<string, Step>;
  language: number | null;
}

/**
 * Draws pipelines as edges between nodes. A processor has a second node only where one would lead data on ways that the
 * pipelines do not have: branches and joins are drawn as such.
 */
export function drawEdges(nodes: readonly PipelineNode[], pipelines: readonly Pipeline[]): PipelineGraph {
  const drawing = new Drawing(nodes);
  for (const signal of signals) {
    const places = new Map<number, string>();
    const used = new Map<string, number>();
    for (const [receiver, step] of [...stepsOf(pipelines.filter((one) => one.signal === signal))].sort(
      byKey,
    )) {
      drawing.leave(drawing.end(receiver, "receiver"), step, signal, places, used);
    }
  }
  return { nodes: drawing.nodes, edges: drawing.edges };
}

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => byText(a, b);

/** By receiver: a tree of all that its data goes through. */
function stepsOf(pipelines: readonly Pipeline[]): Map<string, Step> {
  const roots = new Map<string, Step>();
  for (const { processors, reaches } of flowsOf(pipelines).values()) {
    for (const [receiver, exporters] of reaches) {
      let step = stepAt(roots, receiver, null);
      for (const processor of processors) step = stepAt(step.next, processor, processor);
      for (const exporter of exporters) step.exporters.add(exporter);
    }
  }
  return roots;
}

function stepAt(steps: Map<string, Step>, key: string, processor: string | null): Step {
  const known = steps.get(key);
  if (known) return known;
  const made: Step = { processor, exporters: new Set(), next: new Map(), language: null };
  steps.set(key, made);
  return made;
}

class Drawing {
  readonly nodes: PipelineNode[];
  readonly edges: PipelineEdge[] = [];
  readonly #ids: Map<string, PipelineNode>;
  readonly #languages = new Map<string, number>();

  constructor(nodes: readonly PipelineNode[]) {
    this.nodes = [...nodes];
    this.#ids = new Map(nodes.map((node) => [node.id, node]));
  }

  /** The node of a receiver or exporter, which may be a connector's. */
  end(id: string, role: "receiver" | "exporter"): string {
    return this.#ids.has(`${role}:${id}`) ? `${role}:${id}` : `connector:${id}`;
  }

  /** Draws what follows after a node. */
  leave(
    from: string,
    step: Step,
    signal: PipelineEdge["signal"],
    places: Map<number, string>,
    used: Map<string, number>,
  ): void {
    for (const exporter of [...step.exporters].sort(byText)) {
      this.edges.push({ from, to: this.end(exporter, "exporter"), signal });
    }
    for (const [processor, next] of [...step.next].sort(byKey)) {
      const key = this.#languageOf(next);
      let place = places.get(key);
      if (place === undefined) {
        place = this.#processor(processor, used);
        places.set(key, place);
        this.leave(place, next, signal, places, used);
      }
      this.edges.push({ from, to: place, signal });
    }
  }

  /** Equal for steps after which the same may come. */
  #languageOf(step: Step): number {
    if (step.language === null) {
      const next = [...step.next.values()].map((one) => this.#languageOf(one)).sort((a, b) => a - b);
      const text = JSON.stringify([step.processor, [...step.exporters].sort(byText), next]);
      step.language = this.#languages.get(text) ?? this.#languages.size;
      this.#languages.set(text, step.language);
    }
    return step.language;
  }

  #processor(processor: string, used: Map<string, number>): string {
    const number = (used.get(processor) ?? 0) + 1;
    used.set(processor, number);
    const first = `processor:${processor}`;
    const id = number === 1 ? first : `${first}#${number}`;
    const known = this.#ids.get(first);
    if (number > 1 && known && !this.#ids.has(id)) {
      const again = { ...known, id };
      this.#ids.set(id, again);
      this.nodes.push(again);
    }
    return id;
  }
}
