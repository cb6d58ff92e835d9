import type { FleetId } from "../../../domain/ids.ts";
import type { Resolution } from "../../../domain/metrics/resolutions.ts";
import type { AgentMetrics, FleetMetrics } from "../../../protocol/api/metrics.ts";
import type { MetricsQuery } from "../../../protocol/rpc/metrics.ts";
import { type AgentInput, askAgent } from "../agents/locate.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { fleetScope } from "../scope.ts";

/** As the API has it: times as text, names with commas between them. */
export interface ReadMetrics {
  series?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  resolution?: Resolution | undefined;
}

export async function ofAgent({
  ctx,
  input,
}: {
  ctx: Context;
  input: AgentInput & ReadMetrics & { live?: boolean | undefined };
}): Promise<AgentMetrics> {
  const query = { ...queryOf(input), live: input.live ?? false };
  const { value } = await askAgent(ctx, input, "agent.read", (stub, scope) =>
    stub.agentMetrics(scope, input.agent, query),
  );
  return value;
}

/** Of all its agents, so seeing some of them is not enough. */
export async function ofFleet({
  ctx,
  input,
}: {
  ctx: Context;
  input: ReadMetrics & { fleet: FleetId };
}): Promise<FleetMetrics> {
  const fleet = await fleetScope(ctx, input.fleet, "agent.read");
  return askFleet(ctx, fleet, (stub, scope) => stub.fleetMetrics(scope, queryOf(input)));
}

function queryOf({ series, from, to, resolution }: ReadMetrics): MetricsQuery {
  return {
    ...(series !== undefined && { series: namesOf(series) }),
    ...(from !== undefined && { fromMs: Date.parse(from) }),
    ...(to !== undefined && { toMs: Date.parse(to) }),
    ...(resolution !== undefined && { resolution }),
  };
}

/** Commas within the braces of a selector belong to it. */
const namesOf = (text: string): string[] =>
  [...text.matchAll(/(?:[^,{]|\{[^}]*\})+/g)].map(([name]) => name.trim()).filter((name) => name !== "");
