/** Law 2: nothing starts before the gates before it have passed, by plain counts over agents, answers and readings. */
import { countStates, failureCount } from "../../domain/rollouts/counts.ts";
import { parsePercent } from "../../domain/rollouts/gates.ts";
import type { MetricGate, RolloutHeader } from "../../domain/rollouts/rollout.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import type { Seen } from "./fleet.ts";
import { hold, isOpenNow, namedBy, openStates } from "./laws.ts";

export function checkThresholds(seen: Seen): void {
  const { before, after } = seen;
  after.header.waves.forEach((wave, index) => {
    if (index < after.header.wave)
      hold("law 2 (gate)", wave.verdict === "passed", () => `wave ${index + 1} did not pass`);
    const passed = wave.verdict === "passed" && before.header.waves[index]?.verdict !== "passed";
    if (passed) checkPassed(seen, index);
    if (wave.startedAt !== null && before.header.waves[index]?.startedAt === null)
      checkCrossed(seen, index, false);
  });
  const activates = after.header.staging === "activated" && before.header.staging !== "activated";
  const reached = activates && (namedBy(seen.step, "offer").length > 0 || !isTerminal(after.header.state));
  if (reached) checkCrossed(seen, after.header.wave, true);
}

/** The wave has come out well. */
function checkPassed({ fleet, kept, before, after: { header, agents } }: Seen, index: number): void {
  const law = "law 2 (gate)";
  const members = [...agents.values()].filter((agent) => agent.wave === index);
  const open = members.filter((agent) => openStates.has(agent.state)).length;
  hold(law, open === 0, () => `wave ${index + 1} passed with ${open} agents open`);
  const { witness } = fleet.rows;
  // Where the last wave's end stops the rollout, its agents are on their way back within the same step.
  const turnsBack = header.state !== "running" && header.state !== "paused" && header.state !== "succeeded";
  if (turnsBack) return;
  checkFailures(
    header,
    [...agents.values()].filter((agent) => agent.wave <= index).map((agent) => agent.state),
  );
  if (witness.overruled.includes(`closing-${index}`)) return;
  const offered = members.filter((agent) => agent.offeredAt !== null && !agent.revoked).length;
  const heard = members.filter((one) => ["verified", "failed", "timed_out"].includes(one.state)).length;
  const least = Math.min(header.gates.minReported, offered);
  hold("law 2 (evidence)", heard >= least, () => `${heard} of ${offered} reported, ${least} must`);
  if (offered === 0) return;
  const isLast = index === header.waves.length - 1;
  for (const [at, gate] of kept.setup.gates.metrics.entries()) {
    const { wave, rest } = witness.readings.get(at) ?? { wave: [], rest: [] };
    const later = [...before.agents.values()].some((one) => one.wave > index && one.state === "waiting");
    checkMetric(gate, wave, isLast || !later ? null : rest, witness.lostReadings);
  }
}

function checkFailures(
  { gates: { maxFailures } }: RolloutHeader,
  states: Parameters<typeof countStates>[0],
): void {
  const counts = countStates(states);
  const failures = failureCount(counts);
  if (typeof maxFailures === "number") {
    hold("law 2 (failures)", failures <= maxFailures, () => `${failures} failed, ${maxFailures} may`);
    return;
  }
  const reported = failures + counts.applied + counts.verified + counts.staged;
  hold(
    "law 2 (failures)",
    failures * 100 <= parsePercent(maxFailures) * reported,
    () => `${failures} of ${reported}`,
  );
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** `rest`: null = there is nobody to compare with. */
function checkMetric(
  gate: MetricGate,
  wave: readonly number[],
  rest: readonly number[] | null,
  lost: boolean,
): void {
  const law = "law 2 (metrics)";
  const isJudged = gate.max !== null || gate.min !== null || (gate.compare !== null && rest !== null);
  if (!isJudged) return;
  hold(law, wave.length >= gate.minSamples, () => `${wave.length} samples, ${gate.minSamples} are needed`);
  const mean = meanOf(wave);
  if (!lost && gate.max !== null)
    hold(law, mean <= gate.max, () => `mean ${mean} passed a limit of ${gate.max}`);
  if (!lost && gate.min !== null)
    hold(law, mean >= gate.min, () => `mean ${mean} passed a limit of ${gate.min}`);
  if (gate.compare === null || rest === null) return;
  hold(law, rest.length >= gate.minSamples, () => `${rest.length} samples to compare with`);
  if (lost) return;
  const { worse, byPercent, atLeast } = gate.compare;
  const base = meanOf(rest);
  const allowed = Math.max((byPercent * Math.abs(base)) / 100, atLeast);
  const worseBy = worse === "higher" ? mean - base : base - mean;
  hold(law, worseBy <= allowed, () => `${mean} is worse than ${base} by more than ${allowed}`);
}

/** A wave has started, or what was staged has been activated. */
function checkCrossed(seen: Seen, wave: number, activates: boolean): void {
  const { fleet, kept, after, step } = seen;
  const { header } = after;
  const { witness } = fleet.rows;
  const name = activates ? "activation" : `wave-${wave}`;
  hold("windows", isOpenNow(fleet, kept, header.freezeOverride), () => `${name} while closed`);
  hold("law 7 (abort)", !header.aborted, () => `${name} after an abort`);
  const { strategy } = header;
  const manual =
    (strategy.kind === "canary" && strategy.promotion === "manual" && wave > 0) ||
    (strategy.kind === "blue-green" && strategy.activation === "manual" && activates);
  if (manual)
    hold("law 2 (promotion)", witness.promoted.includes(name), () => `${name} without a person's promotion`);
  if (strategy.kind === "blue-green" && header.staging !== "activated") {
    hold("law 2 (staging)", namedBy(step, "offer").length === 0, () => "an offer before the activation");
  }
  if (activates) {
    // Whoever took the files in, or gets them only now, may still come out well.
    const states = [...after.agents.values()].map(({ state }) => (openStates.has(state) ? "staged" : state));
    checkFailures(header, states);
  }
  const phases = activates
    ? ["promotion"]
    : wave === 0
      ? ["start"]
      : strategy.kind === "canary" && wave === header.waves.length - 1
        ? ["wave", "promotion"]
        : ["wave"];
  for (const [gate, webhook] of header.gates.webhooks.entries()) {
    for (const phase of webhook.on) {
      if (!phases.includes(phase)) continue;
      const known =
        witness.confirmed.includes(`${phase}-${wave}-${gate}`) || witness.overruled.includes(name);
      hold("law 2 (webhook)", known, () => `${name} started without the answer to ${phase}-${wave}-${gate}`);
    }
  }
}
