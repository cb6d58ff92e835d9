import type { ComponentRole } from "../configs/facts.ts";
import { type PipelineNode, type Signal, signals } from "./model.ts";

const t: Signal[] = ["traces"];
const m: Signal[] = ["metrics"];
const l: Signal[] = ["logs"];
const tl: Signal[] = ["traces", "logs"];
const tml: Signal[] = ["traces", "metrics", "logs"];
const all: readonly Signal[] = signals;

/** What widely used components carry, as their documentation says. Others may carry anything. */
const carried: Record<
  Exclude<ComponentRole, "connector" | "extension">,
  Record<string, readonly Signal[]>
> = {
  receiver: {
    otlp: all,
    hostmetrics: ["metrics", "logs"],
    filelog: l,
    prometheus: m,
    kafka: all,
    syslog: l,
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
  processor: {
    memory_limiter: all,
    batch: tml,
    attributes: all,
    filter: all,
    resource: all,
    transform: all,
    probabilistic_sampler: tl,
    tail_sampling: t,
    span: t,
    groupbytrace: t,
    cumulativetodelta: m,
    metricstransform: m,
  },
  exporter: {
    otlp: all,
    otlphttp: all,
    debug: all,
    nop: all,
    kafka: all,
    prometheus: m,
    prometheusremotewrite: m,
    file: all,
    zipkin: t,
  },
};

type Pairs = readonly (readonly [Signal, Signal])[];
const same: Pairs = signals.map((signal) => [signal, signal] as const);
const toMetrics = (from: readonly Signal[]): Pairs => from.map((signal) => [signal, "metrics"] as const);

/** What connectors take in one pipeline and give to another. Others may do anything. */
const connected: Record<string, Pairs> = {
  spanmetrics: toMetrics(t),
  servicegraph: toMetrics(t),
  exceptions: [
    ["traces", "metrics"],
    ["traces", "logs"],
  ],
  count: toMetrics(all),
  sum: toMetrics(tml),
  signaltometrics: toMetrics(all),
  routing: same,
  forward: same,
  failover: same,
  roundrobin: same,
};

type Typed = Pick<PipelineNode, "role" | "component">;

/** Pairs that a connector joins; all, if it is not known. */
export const connects = ({ component }: Typed, from: Signal, to: Signal): boolean =>
  (Object.hasOwn(connected, component) ? connected[component] : undefined)?.some(
    ([taken, given]) => taken === from && given === to,
  ) ?? true;

/** What a component can carry; for a connector, in either direction. */
export function carries({ role, component }: Typed): readonly Signal[] {
  if (role === "extension") return [];
  if (role === "connector") {
    const pairs = Object.hasOwn(connected, component) ? connected[component] : undefined;
    return pairs ? signals.filter((signal) => pairs.some((pair) => pair.includes(signal))) : all;
  }
  const known = carried[role];
  return (Object.hasOwn(known, component) ? known[component] : undefined) ?? all;
}
