import { findComponent } from "../configs/collector/components.ts";
import type { ComponentRole } from "../configs/facts.ts";
import { type PipelineNode, type Signal, signals } from "./model.ts";

const t: Signal[] = ["traces"];
const m: Signal[] = ["metrics"];
const l: Signal[] = ["logs"];
const tml: Signal[] = ["traces", "metrics", "logs"];
const all: readonly Signal[] = signals;

/** What widely used components carry whose settings are not known, as their documentation says. */
export const carriedByOthers: Record<
  Exclude<ComponentRole, "connector" | "extension">,
  Record<string, readonly Signal[]>
> = {
  receiver: {
    jaeger: t,
    zipkin: t,
    journald: l,
    tcplog: l,
    udplog: l,
    fluentforward: l,
    docker_stats: m,
    kubeletstats: m,
    k8s_cluster: ["metrics", "logs"],
    statsd: m,
  },
  processor: { span: t, groupbytrace: t, cumulativetodelta: m, metricstransform: m },
  exporter: { nop: all, zipkin: t },
};

interface Pair {
  from: Signal;
  to: Signal;
}
const same: readonly Pair[] = signals.map((signal) => ({ from: signal, to: signal }));
const toMetrics = (from: readonly Signal[]): readonly Pair[] =>
  from.map((signal) => ({ from: signal, to: "metrics" }));

/** The same of connectors: what they take in one pipeline and give to another. */
export const connectedByOthers: Record<string, readonly Pair[]> = {
  servicegraph: toMetrics(t),
  exceptions: [
    { from: "traces", to: "metrics" },
    { from: "traces", to: "logs" },
  ],
  count: toMetrics(all),
  sum: toMetrics(tml),
  signaltometrics: toMetrics(all),
  forward: same,
  failover: same,
  roundrobin: same,
};

type Typed = Pick<PipelineNode, "role" | "component">;

const own = <T>(table: Record<string, T>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

const pairsOf = (component: string): readonly Pair[] | undefined =>
  findComponent("connector", component)?.connects ?? own(connectedByOthers, component);

/** Whether a connector takes the one and gives the other; any, if it is not known. */
export const connects = ({ component }: Typed, from: Signal, to: Signal): boolean =>
  pairsOf(component)?.some((pair) => pair.from === from && pair.to === to) ?? true;

/** What a component can carry; for a connector, in either direction. One that is not known may carry anything. */
export function carries({ role, component }: Typed): readonly Signal[] {
  if (role === "extension") return [];
  if (role === "connector") {
    const pairs = pairsOf(component);
    return pairs
      ? signals.filter((signal) => pairs.some(({ from, to }) => from === signal || to === signal))
      : all;
  }
  return findComponent(role, component)?.signals ?? own(carriedByOthers[role], component) ?? all;
}
