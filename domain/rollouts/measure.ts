import type { AgentId } from "../ids.ts";
import { addSample, noSamples } from "./analysis/aggregate.ts";
import type { Draft } from "./draft.ts";
import { type AgentProgress, isReached } from "./progress.ts";
import type { Measurement, Observation } from "./rollout.ts";

const maxBaseline = 50;
/** How much of the readings may be lost with memory. */
const saveEachMs = 5_000;

/** Readings start with the wave: nobody has applied yet, and those to compare with are asked at once. */
export function beginMeasuring(draft: Draft): void {
  const { gates } = draft.header;
  if (gates.metrics.length === 0) return;
  const baseline = gates.metrics.some(({ compare }) => compare !== null) ? baselineOf(draft) : null;
  const measurement: Measurement = {
    gates: gates.metrics.map(() => ({ wave: noSamples, baseline: noSamples })),
    baseline,
    waitsSince: null,
    savedAt: draft.nowMs,
  };
  draft.setHeader({ measurement });
  draft.act("watch", baseline ?? []);
}

/** The first connected agents of later waves, in the order of the plan; null = no agent of them will change. */
function baselineOf(draft: Draft): AgentId[] | null {
  const ids: AgentId[] = [];
  let isAnyLeft = false;
  for (let wave = draft.header.wave + 1; wave < draft.header.waves.length; wave++) {
    for (const [id, { state, connected }] of draft.members(wave)) {
      if (state !== "waiting") continue;
      isAnyLeft = true;
      if (connected && ids.length < maxBaseline) ids.push(id);
    }
    if (ids.length === maxBaseline) break;
  }
  return isAnyLeft ? ids : null;
}

/** A new connection knows nothing of what the one before was asked. */
export function watchAgain(draft: Draft, id: AgentId, progress: AgentProgress): void {
  const { header } = draft;
  if (!header.measurement) return;
  const isOfWave = progress.wave === header.wave && isReached(progress);
  if (isOfWave || header.measurement.baseline?.includes(id)) draft.act("watch", [id]);
}

/** The wave closes or the rollout stops. */
export function stopMeasuring(draft: Draft): void {
  const { header } = draft;
  if (!header.measurement) return;
  const ids = [...(header.measurement.baseline ?? [])];
  for (const [id, progress] of draft.members(header.wave)) if (isReached(progress)) ids.push(id);
  draft.act(
    "unwatch",
    ids.filter((id) => draft.agent(id)?.connected),
  );
  draft.setHeader({ measurement: null });
}

/** Answers whether it counts. Readings count from an agent's APPLIED on; of those to compare with, from the wave's start on. */
export function observeMetrics(
  draft: Draft,
  { wave, state }: AgentProgress,
  { agent, values }: Extract<Observation, { kind: "metrics" }>,
): boolean {
  const { header } = draft;
  const { measurement } = header;
  if (!measurement || (header.state !== "running" && header.state !== "paused")) return false;
  const isOfWave = wave === header.wave && (state === "applied" || state === "verified");
  const isBaseline = wave > header.wave && measurement.baseline?.includes(agent) === true;
  if (!isOfWave && !isBaseline) return false;
  const side = isOfWave ? "wave" : "baseline";
  const gates = measurement.gates.map((sides, index) => {
    const value = values[index];
    return value === undefined ? sides : { ...sides, [side]: addSample(sides[side], value) };
  });
  const isDue = draft.nowMs - measurement.savedAt >= saveEachMs;
  header.measurement = { ...measurement, gates, ...(isDue ? { savedAt: draft.nowMs } : {}) };
  if (isDue) draft.setHeader({});
  return true;
}
