/** What Muster's own agent does beyond OpAMP. It says so by this custom capability in `CustomCapabilities`. */
export const musterAgentCapability = "io.muster.agent/1";

/** Says that it takes files in and checks them ahead of the offer that activates them: see `staging.ts`. */
export const stagingCapability = "io.muster.staging/1";

/** Says that it can read its application's metrics: see `metrics.ts`. */
export const metricsCapability = "io.muster.metrics/1";

/** Says that it dials streams when the fleet asks: see `streams.ts`. */
export const streamsCapability = "io.muster.streams/1";

/** Says that its operator lets people run commands there. Not said where it is off. */
export const execCapability = "io.muster.exec/1";

/** Says that it shows logs. */
export const logsCapability = "io.muster.logs/1";

/** Says that it measures its host, its program and itself: see `host-metrics.ts`. */
export const hostMetricsCapability = "io.muster.host-metrics/1";

/**
 * Its liveness check: a text frame that the platform answers without waking the fleet. The agent sends `ping`
 * each `intervalSeconds`; after `missedBeforeRedial` unanswered ones it dials again, and the fleet counts a socket
 * as gone since its last answered ping when none came for `goneAfterSeconds`.
 */
export const liveness = {
  ping: "ping",
  pong: "pong",
  intervalSeconds: 20,
  missedBeforeRedial: 2,
  goneAfterSeconds: 60,
} as const;

/** A non-identifying attribute with this prefix is a label, for example `muster.label.region` = `eu`. */
export const labelAttributePrefix = "muster.label.";
