import { hostMetricsCapability, metricsCapability } from "../../protocol/custom/agent.ts";
import type { AgentSettings, AgentTuning } from "../agent-settings.ts";
import type { ContainerDriver } from "../drivers/container.ts";
import type { Log } from "../log.ts";
import type { Session } from "../session.ts";
import { HostMetrics } from "./host-metrics.ts";
import { Watcher } from "./watcher.ts";

export interface MetricsParts {
  settings: AgentSettings;
  stateDir: string;
  containers: ContainerDriver | null;
  session: () => Session;
  log: Log;
  tuning: AgentTuning["metrics"];
}

/** What measures, as far as the settings allow: the host and its program, and the program's own metrics for gates. */
export function makeMetrics({ settings, stateDir, containers, session, log, tuning }: MetricsParts): {
  metrics: HostMetrics | null;
  watcher: Watcher | null;
} {
  const { hostMetrics, metricsUrl } = settings;
  const metrics =
    hostMetrics === false
      ? null
      : new HostMetrics({
          stateDir,
          metricsUrl,
          containers,
          send: (type, data) => session().customBytes(hostMetricsCapability, type, data),
          onFacts: () => session().changed("description"),
          log,
          ...tuning,
        });
  if (!metrics && !metricsUrl) return { metrics, watcher: null };
  const watcher = new Watcher({
    url: metricsUrl,
    own: () => metrics?.newest() ?? new Map(),
    onReading: (reading) => session().custom(metricsCapability, "reading", reading),
    log,
  });
  return { metrics, watcher };
}
