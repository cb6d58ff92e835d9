import type { Findings } from "../findings.ts";
import { listNames } from "../suggest.ts";
import type { Signal } from "./component.ts";
import { findComponent } from "./components.ts";
import type { Pipeline, Use } from "./pipelines.ts";
import type { Defined } from "./sections.ts";
import { shorten } from "./values.ts";

interface Ends {
  component: Defined;
  /** Pipelines that end in it, and those that begin with it. */
  from: { pipeline: Pipeline; use: Use }[];
  to: { pipeline: Pipeline; use: Use }[];
}

/** Connectors end one pipeline and begin another, of signals that they can turn into each other, and never in a circle. */
export function checkConnections(pipelines: readonly Pipeline[], findings: Findings): void {
  const ends = endsOf(pipelines);
  for (const one of ends.values()) {
    checkBothEnds(one, findings);
    checkTurns(one, findings);
  }
  const circle = findCircle(pipelines, ends);
  if (!circle) return;
  const [first] = circle;
  findings.add({
    code: "pipeline_cycle",
    message: `Data would go round for ever: ${circle.map(({ name }) => shorten(name)).join(" → ")}.`,
    at: first?.at ?? { line: 1, column: 1 },
    path: first?.path ?? "service.pipelines",
    hint: "Take the connector out of one of these pipelines.",
  });
}

function endsOf(pipelines: readonly Pipeline[]): Map<Defined, Ends> {
  const found = new Map<Defined, Ends>();
  const note = (use: Use, end: "from" | "to", pipeline: Pipeline) => {
    const { component } = use;
    if (component?.role !== "connector") return;
    const ends = found.get(component) ?? { component, from: [], to: [] };
    ends[end].push({ pipeline, use });
    found.set(component, ends);
  };
  for (const pipeline of pipelines) {
    for (const use of pipeline.exporters) note(use, "from", pipeline);
    for (const use of pipeline.receivers) note(use, "to", pipeline);
  }
  return found;
}

function checkBothEnds({ component, from, to }: Ends, findings: Findings): void {
  if (from.length > 0 && to.length > 0) return;
  const missing = from.length === 0 ? "exporter" : "receiver";
  const has = from.length === 0 ? "receiver" : "exporter";
  const place = from[0] ?? to[0];
  findings.add({
    code: "connector_one_sided",
    message: `The connector "${shorten(component.id)}" is ${has === "exporter" ? "an" : "a"} ${has} of a pipeline, and ${missing === "exporter" ? "an" : "a"} ${missing} of none.`,
    at: place?.use.at ?? component.at,
    path: place?.pipeline.path ?? component.path,
    hint: `Name it among the ${missing}s of another pipeline.`,
  });
}

const turns = (component: Defined, from: Signal, to: Signal): boolean => {
  const known = findComponent("connector", component.type);
  return !known || known.connects.some((one) => one.from === from && one.to === to);
};

function checkTurns({ component, from, to }: Ends, findings: Findings): void {
  const known = findComponent("connector", component.type);
  if (!known || from.length === 0 || to.length === 0) return;
  const given = new Set(from.map(({ pipeline }) => pipeline.signal));
  const taken = new Set(to.map(({ pipeline }) => pipeline.signal));
  const can = listNames([...new Set(known.connects.map((one) => `${one.from} into ${one.to}`))]);
  const say = ({ pipeline, use }: Ends["from"][number], message: string) =>
    findings.add({
      code: "signal_not_supported",
      message,
      at: use.at,
      path: pipeline.path,
      hint: `${known.type} turns ${can}.`,
    });
  for (const end of from) {
    const { signal } = end.pipeline;
    if (![...taken].some((one) => turns(component, signal, one))) {
      say(
        end,
        `The connector "${shorten(component.id)}" makes nothing of ${signal} for the pipelines that begin with it.`,
      );
    }
  }
  for (const end of to) {
    const { signal } = end.pipeline;
    if (![...given].some((one) => turns(component, one, signal))) {
      say(
        end,
        `The connector "${shorten(component.id)}" gives no ${signal} from the pipelines that end in it.`,
      );
    }
  }
}

interface Step {
  name: string;
  at: Pipeline["at"];
  path: string;
}

/** One circle, beginning and ending with the same pipeline; null = there is none. Walks without calling itself. */
function findCircle(pipelines: readonly Pipeline[], ends: ReadonlyMap<Defined, Ends>): Step[] | null {
  // A connector is a node for each signal that it takes, so that there are few edges.
  const next = new Map<string, string[]>();
  const steps = new Map<string, Step>();
  for (const { id, at, path } of pipelines) steps.set(`p ${id}`, { name: id, at, path });
  for (const { component, from, to } of ends.values()) {
    for (const signal of new Set(from.map(({ pipeline }) => pipeline.signal))) {
      const key = `c ${component.id} ${signal}`;
      steps.set(key, { name: component.id, at: component.at, path: component.path });
      const reached = to.filter(({ pipeline }) => turns(component, signal, pipeline.signal));
      next.set(key, [...new Set(reached.map(({ pipeline }) => `p ${pipeline.id}`))]);
    }
    for (const { pipeline } of from) {
      const key = `p ${pipeline.id}`;
      const known = next.get(key);
      if (known) known.push(`c ${component.id} ${pipeline.signal}`);
      else next.set(key, [`c ${component.id} ${pipeline.signal}`]);
    }
  }
  const done = new Set<string>();
  for (const start of pipelines) {
    const way: { key: string; left: string[] }[] = [];
    const onWay = new Set<string>();
    const enter = (key: string) => {
      way.push({ key, left: [...(next.get(key) ?? [])] });
      onWay.add(key);
    };
    if (!done.has(`p ${start.id}`)) enter(`p ${start.id}`);
    for (let top = way.at(-1); top; top = way.at(-1)) {
      const key = top.left.pop();
      if (key === undefined) {
        done.add(top.key);
        onWay.delete(top.key);
        way.pop();
      } else if (onWay.has(key)) {
        const keys = way.map((one) => one.key);
        const circle = [...keys.slice(keys.indexOf(key)), key];
        // From a pipeline, whatever the walk met first.
        const turned = key.startsWith("p ") ? circle : [...circle.slice(1), circle[1] ?? key];
        return turned.flatMap((one) => steps.get(one) ?? []);
      } else if (!done.has(key)) enter(key);
    }
  }
  return null;
}
