import type { AgentId } from "../../domain/ids.ts";
import type { Observation, RolloutHeader } from "../../domain/rollouts/rollout.ts";
import type { Seen, SimulatedFleet } from "./fleet.ts";
import type { Kept } from "./rows.ts";

/** A config that left for an agent. */
export interface Sent {
  agent: AgentId;
  hash: string;
}

/** What would start next, in the witness's words. */
export function thresholdName(header: RolloutHeader): string {
  return header.staging === "staged" ? "activation" : `wave-${header.wave + 1}`;
}

/** Notes what is about to be observed, by plain reading and without the rules. */
export function witnessObservation(
  fleet: SimulatedFleet,
  kept: Kept,
  header: RolloutHeader,
  observation: Observation,
): void {
  const { witness } = fleet.rows;
  switch (observation.kind) {
    case "status": {
      const target = fleet.progressOf(observation.agent)?.target;
      if (observation.hash !== target) return;
      if (observation.status === "failed") witness.appliedAt.delete(observation.agent);
      if (observation.status === "applied" && !witness.appliedAt.has(observation.agent)) {
        witness.appliedAt.set(observation.agent, fleet.nowMs);
      }
      return;
    }
    case "promote":
    case "resume":
      if (observation.kind === "promote") witness.promoted.push(thresholdName(header));
      if (header.hold === "inconclusive")
        witness.overruled.push(thresholdName(header), `closing-${header.wave}`);
      return;
    case "confirmation":
      if (observation.verdict === "confirm") witness.confirmed.push(observation.id);
      return;
    case "staged":
      if (observation.error !== null && fleet.progressOf(observation.agent)?.state === "staging") {
        witness.refused.push(observation.agent);
      }
      return;
    case "metrics":
      noteReading(fleet, kept, header, observation);
  }
}

function noteReading(
  fleet: SimulatedFleet,
  kept: Kept,
  header: RolloutHeader,
  { agent, values }: Extract<Observation, { kind: "metrics" }>,
): void {
  const { witness } = fleet.rows;
  const progress = fleet.progressOf(agent);
  const open = header.waves[header.wave];
  if (!progress || !open || open.endedAt !== null) return;
  // What an agent reads that has failed meanwhile says nothing more.
  const runsIt = witness.appliedAt.has(agent) && progress.state !== "failed";
  const side = progress.wave === header.wave && runsIt ? "wave" : progress.wave > header.wave ? "rest" : null;
  if (side === null) return;
  for (const gate of kept.setup.gates.metrics.keys()) {
    const value = values[gate];
    if (value === undefined) continue;
    const known = witness.readings.get(gate) ?? { wave: [], rest: [] };
    known[side].push(value);
    witness.readings.set(gate, known);
  }
}

/** Readings are those of one wave. */
export function witnessStep({ fleet, before, after }: Seen): void {
  const { witness } = fleet.rows;
  if (after.header.wave === before.header.wave) return;
  witness.readings = new Map();
  witness.lostReadings = false;
}
