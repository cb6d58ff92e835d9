import {
  type OwnTelemetrySettings,
  type TelemetrySignal,
  type TelemetryState,
  type TelemetryTarget,
  telemetrySignals,
  telemetryStates,
} from "../../domain/fleets/own-telemetry.ts";
import type { OwnTelemetry } from "../../protocol/api/own-telemetry.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import { takenSignals } from "./own-telemetry.ts";
import type { StoredAgent } from "./store.ts";

const shownAgents = 100;

type Shown = OwnTelemetry[TelemetrySignal];

/** Where agents tell of themselves, and how many do. */
export function ownTelemetryView(
  scope: FleetScope,
  { settings, hash }: { settings: OwnTelemetrySettings; hash: string },
  agents: Iterable<StoredAgent>,
): OwnTelemetry {
  const wanted = telemetrySignals.filter((signal) => settings[signal]);
  const items: OwnTelemetry["items"] = [];
  const counts = { takes: 0, applied: 0, failed: 0, waiting: 0 };
  for (const agent of agents) {
    if (agent.revokedAt !== null || !takenSignals(agent).some((signal) => wanted.includes(signal))) continue;
    const told = agent.telemetry?.hash === hash ? agent.telemetry : null;
    const state: TelemetryState = told?.state ?? "waiting";
    counts.takes++;
    counts[state === "offered" ? "waiting" : state]++;
    if (state === "applied") continue;
    const at = told ? new Date(told.at).toISOString() : null;
    items.push({ agentId: agent.id, name: agent.name, state, error: told?.error ?? null, at });
  }
  const rank = (state: TelemetryState) => telemetryStates.indexOf(state);
  items.sort((a, b) => rank(b.state) - rank(a.state) || (a.name < b.name ? -1 : 1));
  const { metrics, traces, logs } = settings;
  return {
    fleetId: scope.fleetId,
    metrics: shown(metrics),
    traces: shown(traces),
    logs: shown(logs),
    agents: counts,
    items: items.slice(0, shownAgents),
  };
}

function shown(target: TelemetryTarget | null): Shown {
  if (!target) return null;
  const headers = Object.entries(target.headers).map(([name, header]) => {
    if (!("secret" in header)) return [name, header];
    const { secret, prefix, version } = header;
    return [name, { secret, prefix, version }];
  });
  return { endpoint: target.endpoint, headers: Object.fromEntries(headers) };
}
