import { judgeMetric, type MetricVerdict } from "./analysis/judge-metric.ts";
import type { Draft } from "./draft.ts";
import { hold, lift } from "./holds.ts";
import { stop } from "./rollback.ts";
import type { RolloutHeader } from "./rollout.ts";

function judgeAll({ gates, measurement }: RolloutHeader): MetricVerdict[] {
  return gates.metrics.flatMap((gate, index) => {
    const sides = measurement?.gates[index];
    if (!sides) return [];
    return [judgeMetric(gate, sides.wave, measurement.baseline === null ? null : sides.baseline)];
  });
}

/** Whatever else the wave still waits for: numbers that are beyond a limit for certain stop it. */
export function stopOnMetrics(draft: Draft): boolean {
  const failed = judgeAll(draft.header).find(({ verdict }) => verdict === "fail");
  if (!failed) return false;
  draft.decide(draft.header.wave, failed);
  stop(draft, `Stopped: ${failed.text}`);
  return true;
}

/** At the close of a wave. Inconclusive readings keep it open for a progress deadline, then hold. */
export function judgeMeasurement(draft: Draft): "pass" | "hold" | "stopped" {
  const { header } = draft;
  const { counts, reached } = draft.wave(header.wave);
  if (!header.measurement || (reached === 0 && counts.verified === 0)) return "pass";
  if (stopOnMetrics(draft)) return "stopped";
  const verdicts = judgeAll(header);
  const unclear = verdicts.filter(({ verdict }) => verdict === "hold");
  const [first] = unclear;
  if (!first) {
    for (const verdict of verdicts) draft.decide(header.wave, verdict);
    return "pass";
  }
  const text = unclear.map((one) => one.text).join("; ");
  const deadlineMs = header.gates.progressDeadlineSeconds * 1000;
  const waitsSince = header.measurement.waitsSince ?? draft.nowMs;
  if (header.measurement.waitsSince === null) {
    lift(draft, "the wave waits for readings alone");
    draft.setHeader({
      measurement: { ...header.measurement, waitsSince },
      reason: `Wave ${header.wave + 1} waits for readings: ${text}`,
    });
  }
  const isOverdue = draft.nowMs >= waitsSince + deadlineMs;
  if (header.hold === null && isOverdue) {
    const reason = `Wave ${header.wave + 1} is inconclusive: ${text}. Promote to go on without them, or abort`;
    hold(draft, "inconclusive", reason, { ...first, text });
  }
  return "hold";
}
