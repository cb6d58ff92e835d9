import { listNames } from "../configs/suggest.ts";
import { carries, connects } from "./capabilities.ts";
import { findCycle } from "./cycle.ts";
import {
  componentId,
  type GraphProblem,
  type PipelineEdge,
  type PipelineGraph,
  type PipelineNode,
  type Signal,
  signals,
} from "./model.ts";
import { type Json, sameValue } from "./values.ts";

const maxDepth = 50;

function isShallow(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return false;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return true;
}

/** It came as JSON. */
const sameSettings = (a: PipelineNode, b: PipelineNode): boolean =>
  sameValue((a.config ?? null) as Json, (b.config ?? null) as Json);

/** As the collector reads ids. */
const typePattern = /^[A-Za-z][0-9A-Za-z_]{0,62}$/;
const namePattern = /^[^\p{Z}\p{C}\p{S}/]+$/u;

export interface Wiring {
  node: PipelineNode;
  into: PipelineEdge[];
  outOf: PipelineEdge[];
}

/** For people. */
export const shownNode = ({ role, ...node }: PipelineNode): string => `${role} "${componentId(node)}"`;

/** What forbids that a graph becomes YAML, and what in it has no effect. */
export function checkGraph(graph: PipelineGraph): { problems: GraphProblem[]; wiring: Map<string, Wiring> } {
  const checking = new Checking();
  checking.nodes(graph.nodes);
  checking.edges(graph.edges);
  checking.ways(graph.edges);
  return { problems: checking.problems, wiring: checking.wiring };
}

class Checking {
  readonly problems: GraphProblem[] = [];
  readonly wiring = new Map<string, Wiring>();

  nodes(nodes: readonly PipelineNode[]): void {
    const components = new Map<string, PipelineNode>();
    for (const node of nodes) {
      if (this.wiring.has(node.id)) {
        this.#refuse("duplicate_node", `Two nodes have the id "${node.id}".`, "Give each its own.", [
          node.id,
        ]);
        continue;
      }
      this.wiring.set(node.id, { node, into: [], outOf: [] });
      this.#name(node);
      this.#settings(node);
      this.#placement(node);
      const key = `${node.role} ${componentId(node)}`;
      const first = components.get(key);
      if (!first) components.set(key, node);
      else if (node.role !== "processor") {
        this.#refuse(
          "component_twice",
          `The ${shownNode(node)} stands in the graph twice.`,
          "Draw edges to one node, or give one of them another name.",
          [first.id, node.id],
        );
      } else if (isShallow(first.config) && isShallow(node.config) && !sameSettings(first, node)) {
        this.#refuse(
          "settings_differ",
          `Two nodes of the ${shownNode(node)} have different settings, and the config holds them once.`,
          "Give both the same settings, or one of them another name.",
          [first.id, node.id],
        );
      }
    }
  }

  #name(node: PipelineNode): void {
    const { component, name, id } = node;
    if (!typePattern.test(component)) {
      const hint = "Use letters, digits and `_`, beginning with a letter.";
      this.#refuse("bad_component", `"${component}" is not a component's type.`, hint, [id]);
    }
    if (name !== "" && !namePattern.test(name)) {
      const hint = "Leave out blanks, slashes, control characters and signs such as + or $.";
      this.#refuse("bad_name", `"${name}" is not a component's name.`, hint, [id]);
    }
  }

  #settings(node: PipelineNode): void {
    if (isShallow(node.config)) return;
    const hint = `Use at most ${maxDepth} levels.`;
    this.#refuse("too_deep", `The settings of the ${shownNode(node)} nest too deep.`, hint, [node.id]);
  }

  #placement(node: PipelineNode): void {
    if (node.placement === "auto" && node.role !== "processor") {
      this.#refuse("bad_placement", `The ${shownNode(node)} cannot be placed by itself.`, "Draw its edges.", [
        node.id,
      ]);
    }
    if (node.placement === "off" && node.role !== "extension") {
      const hint = "Leave out its edges instead: it then is configured and not used.";
      this.#refuse(
        "bad_placement",
        `Only extensions are switched off, and not the ${shownNode(node)}.`,
        hint,
        [node.id],
      );
    }
  }

  edges(edges: readonly PipelineEdge[]): void {
    edges.forEach((edge, index) => {
      const from = this.wiring.get(edge.from);
      const to = this.wiring.get(edge.to);
      if (!from || !to) {
        const missing = [!from && edge.from, !to && edge.to].filter((id) => id !== false);
        this.#refuse(
          "dangling_edge",
          `An edge of ${edge.signal} from "${edge.from}" to "${edge.to}" names ${listNames(missing.map((id) => `"${id}"`))}, which is no node.`,
          "Remove the edge, or add the node.",
          [],
          [index],
        );
        return;
      }
      if (this.#direction(from.node, to.node, index) && this.#signal(edge, from.node, to.node, index)) {
        from.outOf.push(edge);
        to.into.push(edge);
      }
    });
  }

  #direction(from: PipelineNode, to: PipelineNode, index: number): boolean {
    const wrong =
      from.role === "exporter" || from.role === "extension" || from.placement === "auto"
        ? `Nothing flows out of the ${shownNode(from)}${from.placement === "auto" ? ", which is placed by itself" : ""}.`
        : to.role === "receiver" || to.role === "extension" || to.placement === "auto"
          ? `Nothing flows into the ${shownNode(to)}${to.placement === "auto" ? ", which is placed by itself" : ""}.`
          : null;
    if (wrong === null) return true;
    const hint = "Edges go from receivers by processors to exporters; a connector is both.";
    this.#refuse("edge_direction", wrong, hint, [from.id, to.id], [index]);
    return false;
  }

  #signal({ signal }: PipelineEdge, from: PipelineNode, to: PipelineNode, index: number): boolean {
    const gives = from.role !== "connector" || signals.some((taken) => connects(from, taken, signal));
    const takes = to.role !== "connector" || signals.some((given) => connects(to, signal, given));
    let fits = true;
    for (const [node, can, verb] of [
      [from, gives, "give"],
      [to, takes, "take"],
    ] as const) {
      const carried = carries(node).filter((one) => node.signals?.includes(one) ?? true);
      if (can && carried.includes(signal)) continue;
      fits = false;
      this.#refuse(
        "signal_mismatch",
        `The ${shownNode(node)} does not ${verb} ${signal}.`,
        carried.length === 0
          ? "Remove the edge."
          : `It carries ${listNames(carried)}. Use one of them, or another component.`,
        [node.id],
        [index],
      );
    }
    return fits;
  }

  /** Where data comes from and goes to. Only of edges that are good by themselves. */
  ways(edges: readonly PipelineEdge[]): void {
    const cycle = findCycle(this.wiring);
    if (cycle) {
      const named = cycle.map((id) => `"${id}"`);
      this.#refuse(
        "cycle",
        `Data would go round: ${[...named, named[0]].join(" → ")}.`,
        "Remove one of these edges.",
        cycle,
        edges.flatMap((edge, index) => (cycle.includes(edge.from) && cycle.includes(edge.to) ? [index] : [])),
      );
    }
    for (const wired of this.wiring.values()) {
      if (wired.node.placement === "edges") this.#ends(wired);
    }
  }

  #ends({ node, into, outOf }: Wiring): void {
    const taken = new Set(into.map(({ signal }) => signal));
    const given = new Set(outOf.map(({ signal }) => signal));
    if (node.role === "extension") return;
    if (taken.size === 0 && given.size === 0) {
      this.problems.push({
        severity: "warning",
        code: "unused",
        message: `No edge leads to or from the ${shownNode(node)}: it is configured and has no effect.`,
        hint: "Draw its edges, or remove it.",
        nodes: [node.id],
        edges: [],
      });
    } else if (node.role === "processor") {
      for (const signal of taken) if (!given.has(signal)) this.#stuck(node, signal, "into", "out of");
      for (const signal of given) if (!taken.has(signal)) this.#stuck(node, signal, "out of", "into");
    } else if (node.role === "connector") {
      const joins = (from: Signal, to: Signal) => connects(node, from, to);
      for (const one of taken)
        if (![...given].some((to) => joins(one, to))) this.#stuck(node, one, "into", "out of");
      for (const one of given)
        if (![...taken].some((from) => joins(from, one))) this.#stuck(node, one, "out of", "into");
    }
  }

  #stuck(node: PipelineNode, signal: Signal, has: string, lacks: string): void {
    const what = node.role === "connector" ? "nothing that belongs to it flows" : "none flow";
    this.#refuse(
      "dead_end",
      `${signal[0]?.toUpperCase()}${signal.slice(1)} flow ${has} the ${shownNode(node)}, and ${what} ${lacks} it.`,
      lacks === "into" ? "Draw an edge to it." : "Draw an edge from it.",
      [node.id],
    );
  }

  #refuse(code: string, message: string, hint: string, nodes: string[], edges: number[] = []): void {
    this.problems.push({ severity: "error", code, message, hint, nodes, edges });
  }
}
