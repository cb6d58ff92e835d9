import { connects } from "./capabilities.ts";
import type { Wiring } from "./check-graph.ts";
import type { Signal } from "./model.ts";

/** A node as one signal sees it: a processor of two signals joins them no more than two processors would. */
interface Stop {
  id: string;
  signal: Signal;
}

const keyOf = ({ id, signal }: Stop): string => `${signal} ${id}`;

/** The ids of nodes that data would pass again and again; null = there are none. Does not call itself. */
export function findCycle(wiring: ReadonlyMap<string, Wiring>): string[] | null {
  const done = new Set<string>();
  for (const { node, outOf } of wiring.values()) {
    for (const { signal } of outOf) {
      const found = search({ id: node.id, signal }, wiring, done);
      if (found) return found;
    }
  }
  return null;
}

/** Stops that follow: along each edge of the signal, and by a connector into what it makes of the signal. */
function next({ id, signal }: Stop, wiring: ReadonlyMap<string, Wiring>): Stop[] {
  const edges = wiring.get(id)?.outOf.filter((edge) => edge.signal === signal) ?? [];
  return edges.flatMap(({ to }) => {
    const target = wiring.get(to);
    if (target?.node.role !== "connector") return [{ id: to, signal }];
    const given = new Set(target.outOf.map((edge) => edge.signal));
    return [...given]
      .filter((one) => connects(target.node, signal, one))
      .map((one) => ({ id: to, signal: one }));
  });
}

function search(start: Stop, wiring: ReadonlyMap<string, Wiring>, done: Set<string>): string[] | null {
  if (done.has(keyOf(start))) return null;
  const way: { stop: Stop; left: Stop[] }[] = [{ stop: start, left: next(start, wiring) }];
  const open = new Map([[keyOf(start), 0]]);
  for (let top = way.at(-1); top; top = way.at(-1)) {
    const stop = top.left.pop();
    if (!stop) {
      open.delete(keyOf(top.stop));
      done.add(keyOf(top.stop));
      way.pop();
      continue;
    }
    const key = keyOf(stop);
    const met = open.get(key);
    if (met !== undefined) return [...new Set(way.slice(met).map((one) => one.stop.id))];
    if (done.has(key)) continue;
    open.set(key, way.length);
    way.push({ stop, left: next(stop, wiring) });
  }
  return null;
}
