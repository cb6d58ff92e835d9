import { refuse } from "../../domain/errors.ts";
import {
  finestFor,
  type Resolution,
  resolutions,
  rowStartMs,
  spanMs,
} from "../../domain/metrics/resolutions.ts";
import { sampleSeconds, unitOf } from "../../domain/metrics/series.ts";
import { hourMs } from "../../domain/usage/hours.ts";
import type { AgentMetrics, FleetMetrics } from "../../protocol/api/metrics.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { MetricsQuery } from "../../protocol/rpc/metrics.ts";
import type { MetricBlock, PointKind } from "./metric-block.ts";
import { pointKinds } from "./metric-block.ts";
import type { MetricCollector } from "./metric-collector.ts";
import { rollUp } from "./metric-rollup.ts";
import { fleetSeries } from "./metric-sums.ts";
import { maxAgentsBy10s } from "./metric-totals.ts";
import type { AgentRecord } from "./parts.ts";

/** What a question asks for, fitted to what is kept. */
export interface Span {
  resolution: Resolution;
  fromMs: number;
  points: number;
}

/** More than a resolution keeps is not asked for; one more, for neither end need lie on a step. */
export function spanOf(query: MetricsQuery, nowMs: number): Span {
  const toMs = Math.min(query.toMs ?? nowMs, nowMs);
  const asked = query.fromMs ?? toMs - hourMs;
  if (asked >= toMs) {
    refuse("validation_failed", "`from` must lie before `to`, and not in the future", [
      { path: "from", message: "must lie before `to`" },
    ]);
  }
  const resolution = query.resolution ?? finestFor(asked, nowMs);
  const { seconds, keptSeconds } = resolutions[resolution];
  const stepMs = seconds * 1000;
  const fromMs = Math.floor(Math.max(asked, nowMs - keptSeconds * 1000) / stepMs) * stepMs;
  return { resolution, fromMs, points: Math.max(0, Math.ceil((toMs - fromMs) / stepMs)) };
}

/** Points that begin at `start`, with so many ms between them. */
interface Placed {
  start: number;
  block: MetricBlock;
}

type Column = (number | null)[];

/** One column for each value of the kind, in the span's points. */
function place(
  kind: PointKind,
  { resolution, fromMs, points }: Span,
  placed: readonly Placed[],
): Map<string, Column[]> {
  const stepMs = resolutions[resolution].seconds * 1000;
  const columns = new Map<string, Column[]>();
  for (const { start, block } of placed) {
    const offset = Math.round((start - fromMs) / stepMs);
    for (const [name, values] of block.columns) {
      for (let point = Math.max(0, -offset); point < block.points && point + offset < points; point++) {
        if (Number.isNaN(values[point])) continue;
        const known = columns.get(name);
        const mine = known ?? pointKinds[kind].map((): Column => Array.from({ length: points }, () => null));
        if (!known) columns.set(name, mine);
        for (const [i, column] of mine.entries()) {
          const value = values[Math.min(i, pointKinds[block.kind].length - 1) * block.points + point];
          column[point + offset] = value === undefined || Number.isNaN(value) ? null : sixDigits(value);
        }
      }
    }
  }
  return columns;
}

/** What is kept in four bytes has no more. */
const sixDigits = (value: number) => Number(value.toPrecision(6));

const spanView = ({ resolution, fromMs, points }: Span) => ({
  resolution,
  startsAt: new Date(fromMs).toISOString(),
  stepSeconds: resolutions[resolution].seconds,
  points,
});

function agentView(
  scope: FleetScope,
  agent: AgentRecord,
  span: Span,
  source: AgentMetrics["source"],
  note: string | null,
  placed: readonly Placed[],
  only: ReadonlySet<string> | undefined,
): AgentMetrics {
  const series = [...place("rolledUp", span, placed)]
    .filter(([name]) => !only || only.has(name))
    .map(([name, [average = [], minimum = [], maximum = []]]) => ({
      name,
      unit: unitOf(name),
      average,
      minimum,
      maximum,
    }));
  return { agentId: agent.id, fleetId: scope.fleetId, source, note, ...spanView(span), series };
}

const notStored = "This fleet stores no metrics: switch their collection on, or look live.";

export function storedAgentMetrics(
  metrics: MetricCollector,
  scope: FleetScope,
  agent: AgentRecord,
  query: MetricsQuery,
  nowMs: number,
): AgentMetrics {
  const span = spanOf(query, nowMs);
  const only = query.series && new Set(query.series);
  const note = metrics.collection.enabled ? null : notStored;
  return agentView(scope, agent, span, "stored", note, agentBlocks(metrics, agent, span, only), only);
}

/** What is rolled up, and what will be: the hours that are held in full. */
function agentBlocks(
  { everStored, store }: MetricCollector,
  agent: AgentRecord,
  { resolution, fromMs, points }: Span,
  only: ReadonlySet<string> | undefined,
): Placed[] {
  if (!everStored) return [];
  const recent = store.recent(agent.id, only);
  if (resolution === "10s") return recent;
  const toMs = fromMs + points * resolutions[resolution].seconds * 1000;
  const ratio = resolutions[resolution].seconds / sampleSeconds;
  return [
    ...store.rollUps(agent.id, resolution, rowStartMs(resolution, fromMs), toMs, only),
    ...recent.map(({ start, block }) => ({ start, block: rollUp(block, ratio) })),
  ];
}

/** The agent is asked; null = it cannot be: it is away, polls, or measures nothing. */
export async function liveAgentMetrics(
  metrics: MetricCollector,
  scope: FleetScope,
  agent: AgentRecord,
  query: MetricsQuery,
  nowMs: () => number,
): Promise<AgentMetrics | null> {
  if (!metrics.canLook(agent)) return null;
  const { from, block } = await metrics.look(agent, nowMs());
  const span = spanOf({ ...query, resolution: "10s" }, nowMs());
  const note = block.columns.size === 0 ? "The agent has not answered in time; ask again." : null;
  const only = query.series && new Set(query.series);
  return agentView(scope, agent, span, "live", note, [{ start: from * sampleSeconds * 1000, block }], only);
}

/** Refuses at once; what it answers takes its time, in which the fleet moves on. */
export function fleetMetricsView(
  metrics: MetricCollector,
  scope: FleetScope,
  query: MetricsQuery,
  nowMs: number,
): Promise<FleetMetrics> {
  const span = fleetSpan(metrics, query, nowMs);
  const names = query.series ? fleetSeries.filter((name) => query.series?.includes(name)) : fleetSeries;
  return addedUp(metrics, scope, query, span, new Set(names), nowMs);
}

async function addedUp(
  metrics: MetricCollector,
  scope: FleetScope,
  query: MetricsQuery,
  span: Span,
  wanted: ReadonlySet<string>,
  nowMs: number,
): Promise<FleetMetrics> {
  const placed = metrics.everStored ? await fleetBlocks(metrics, span, nowMs) : [];
  const series = [...place("total", span, placed)]
    .filter(([name]) => wanted.has(name))
    .map(([name, [average = [], minimum = [], maximum = [], p95 = [], agents = []]]) => ({
      name,
      unit: unitOf(name),
      agents: agents.map((count) => count ?? 0),
      average,
      minimum,
      maximum,
      p95,
    }));
  const by10s = query.resolution === "10s" && span.resolution !== "10s";
  const note = metrics.collection.enabled ? (by10s ? tooMany : null) : notStored;
  return { fleetId: scope.fleetId, note, ...spanView(span), series };
}

const tooMany = `A fleet of more than ${maxAgentsBy10s} agents is added up by the minute. Ask one agent for what was measured each 10 seconds.`;

function fleetSpan({ totals }: MetricCollector, query: MetricsQuery, nowMs: number): Span {
  const span = spanOf(query, nowMs);
  const isCoarser = span.resolution === "10s" && totals.agentCount > maxAgentsBy10s;
  return isCoarser ? spanOf({ ...query, resolution: "1m" }, nowMs) : span;
}

/** Hours that were added up, and those that have not been yet. */
async function fleetBlocks(
  metrics: MetricCollector,
  { resolution, fromMs, points }: Span,
  nowMs: number,
): Promise<Placed[]> {
  const { totals } = metrics;
  const { seconds } = resolutions[resolution];
  const toMs = fromMs + points * seconds * 1000;
  if (resolution === "10s") {
    const placed: Placed[] = [];
    for (let start = rowStartMs("10s", fromMs); start < toMs; start += spanMs("10s")) {
      placed.push({ start, block: await totals.ofHour(start, 10, nowMs) });
    }
    return placed;
  }
  const kept = totals.kept(resolution, rowStartMs(resolution, fromMs), toMs);
  const open: Placed[] = [];
  for (let start = metrics.totalsUntilMs(nowMs); start < toMs; start += hourMs) {
    if (start + hourMs > fromMs) {
      open.push({ start, block: await totals.ofHour(start, resolution === "1m" ? 60 : 3600, nowMs) });
    }
  }
  return [...kept, ...open];
}
