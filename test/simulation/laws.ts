/** The laws, each held against the simulator's own plain reading of what happened, after every step. */
import type { AgentId } from "../../domain/ids.ts";
import { type Counts, countStates, sumCounts } from "../../domain/rollouts/counts.ts";
import { resolveCount } from "../../domain/rollouts/gates.ts";
import { type AgentProgress, returnHash } from "../../domain/rollouts/progress.ts";
import type { Effect, Observation, RolloutHeader, Step } from "../../domain/rollouts/rollout.ts";
import { isTerminal, rolloutAgentStates } from "../../domain/rollouts/states.ts";
import type { Seen, SimulatedFleet } from "./fleet.ts";
import { checkThresholds } from "./law-gates.ts";
import type { Kept } from "./rows.ts";
import { isOpen } from "./setup.ts";
import type { Sent } from "./witness.ts";

export class LawBroken extends Error {
  readonly law: string;
  constructor(law: string, text: string) {
    super(`${law}: ${text}`);
    this.name = "LawBroken";
    this.law = law;
  }
}

export function hold(law: string, holds: boolean, text: () => string): void {
  if (!holds) throw new LawBroken(law, text());
}

export const inFlightStates: ReadonlySet<string> = new Set(["offered", "applying", "applied"]);
export const openStates: ReadonlySet<string> = new Set(["waiting", "staging", "staged", ...inFlightStates]);

export function checkStep(seen: Seen): void {
  checkCounters(seen);
  checkOffers(seen);
  checkReturns(seen);
  checkThresholds(seen);
  checkSoaks(seen);
  checkEnds(seen);
  checkAlarm(seen);
  checkSuperseded(seen);
  checkRepeated(seen);
}

/** The agents that effects of this kind name. */
export function namedBy(step: Step, kind: Effect["kind"]): AgentId[] {
  return step.effects.flatMap((effect) => (effect.kind === kind && "agents" in effect ? effect.agents : []));
}

export function isOpenNow(
  fleet: SimulatedFleet,
  kept: Kept,
  override: RolloutHeader["freezeOverride"],
): boolean {
  const { policy } = fleet.rows;
  return isOpen([policy.windows, kept.schedule.windows], override ? [] : policy.freezes, fleet.nowMs);
}

function sameCounts(a: Counts, b: Counts): boolean {
  return rolloutAgentStates.every((state) => a[state] === b[state]);
}

function checkCounters({ after: { header, agents } }: Seen): void {
  const law = "exact counters";
  const byWave: AgentProgress[][] = header.waves.map(() => []);
  for (const agent of agents.values()) byWave[agent.wave]?.push(agent);
  const counts = byWave.map((members) => countStates(members.map((agent) => agent.state)));
  counts.forEach((counted, index) => {
    const wave = header.waves[index];
    const reached = byWave[index]?.filter((one) => one.offeredAt !== null && !one.revoked).length;
    hold(law, wave !== undefined && sameCounts(wave.counts, counted), () => `of wave ${index + 1}`);
    hold(law, wave?.reached === reached, () => `wave ${index + 1} reached ${reached}, says ${wave?.reached}`);
  });
  hold(law, sameCounts(header.totals, sumCounts(counts)), () => "totals");
  const started = sumCounts(counts.slice(0, header.wave + 1));
  hold(law, sameCounts(header.started, started), () => "of the waves that have started");
}

/** Law 1, law 7, latches, windows, and that nobody is offered the candidate twice without a cause. */
function checkOffers({ fleet, kept, before, after, step }: Seen): void {
  const offered = namedBy(step, "offer");
  if (offered.length === 0) return;
  const { header, agents } = after;
  hold("law 7 (abort)", !before.header.aborted && !header.aborted, () => "an offer after an abort");
  hold("one offer", new Set(offered).size === offered.length, () => "offered twice in one step");
  let first = 0;
  for (const id of offered) {
    const was = before.agents.get(id);
    hold("law 2 (gate)", was?.wave === header.wave, () => `${id} is not of the running wave`);
    const again = was?.offeredAt !== null;
    hold("one offer", !again || was?.connected === false, () => `${id} was offered again without a cause`);
    if (!again) first++;
    const refused = fleet.rows.witness.refused.includes(id);
    hold("law 2 (staging)", !refused, () => `${id} refused the files when it staged them`);
    const row = fleet.rows.agents.get(id);
    const latched = row?.latched.includes(
      kept.plan[was?.wave ?? 0]?.find((one) => one.id === id)?.target ?? "",
    );
    hold("latch", !latched, () => `${id} failed with it before`);
  }
  if (first === 0) return;
  hold("paused by a person", header.hold !== "person", () => "a first offer left");
  hold("windows", isOpenNow(fleet, kept, header.freezeOverride), () => "a first offer left while closed");
  const { strategy } = header;
  if (strategy.kind !== "rolling") return;
  const all = [...agents.values()];
  const changing = all.filter((agent) => agent.state !== "unchanged").length;
  const inWave = all.filter(
    (agent) => agent.wave === header.wave && agent.offeredAt !== null && inFlightStates.has(agent.state),
  ).length;
  const batch = resolveCount(strategy.batch, changing);
  hold("law 1 (in flight)", inWave <= batch, () => `${inWave} in flight, the batch is ${batch}`);
  if (strategy.maxUnavailable !== null) {
    const limit = resolveCount(strategy.maxUnavailable, changing);
    const away = [...agents].filter(([id, agent]) => isUnavailable(fleet, id, agent)).length;
    hold("law 1 (in flight)", away <= limit, () => `${away} unavailable, ${limit} may be`);
  }
  if (strategy.rate) checkRate(fleet, strategy.rate, first, header.totals.verified);
}

function isUnavailable(fleet: SimulatedFleet, id: AgentId, { state, offeredAt }: AgentProgress): boolean {
  if (inFlightStates.has(state)) return true;
  const row = fleet.rows.agents.get(id);
  return row !== undefined && offeredAt !== null && !row.revoked && !(row.connected && row.healthy);
}

/** Law 6: where an agent is told to go back to is what it ran, by what the fleet had heard when the rollout began. */
function checkReturns({ fleet, kept, step }: Seen): void {
  for (const id of [...namedBy(step, "return"), ...namedBy(step, "restored")]) {
    const ran = kept.originals.get(id) ?? "";
    const { wanted } = fleet.rows.agents.get(id) ?? {};
    const isBack = wanted === undefined || wanted === returnHash({ previous: ran });
    hold("law 6 (rollback)", isBack, () => `${id} is sent back to ${wanted}, and ran "${ran}"`);
  }
}

/** A bucket that is filled as fast as the ramp ever allowed must never run dry. */
function checkRate(
  fleet: SimulatedFleet,
  rate: { perMinute: number; factor: number; everySucceeded: number; maxPerMinute: number },
  first: number,
  verified: number,
): void {
  const { witness } = fleet.rows;
  const most = Math.max(verified, witness.bucket?.verified ?? 0);
  const perMinute = Math.min(
    rate.maxPerMinute,
    rate.perMinute * rate.factor ** Math.floor(most / rate.everySucceeded),
  );
  const size = Math.max(1, perMinute / 60);
  const { tokens, atMs } = witness.bucket ?? { tokens: size, atMs: fleet.nowMs };
  const filled = Math.min(size, tokens + (Math.max(0, fleet.nowMs - atMs) * perMinute) / 60_000);
  hold("law 1 (rate)", filled + 1e-6 >= first, () => `${first} offers, ${filled.toFixed(3)} may leave`);
  witness.bucket = { tokens: filled - first, atMs: fleet.nowMs, verified: most };
}

/** Whoever is verified had said APPLIED and was connected and not unhealthy for the whole soak, once. */
function checkSoaks({ fleet, before, after, step }: Seen): void {
  const soakMs = after.header.gates.soakSeconds * 1000;
  const { witness } = fleet.rows;
  for (const [id, { state }] of step.changes) {
    const was = before.agents.get(id)?.state;
    if (was === "verified" && state !== "verified") {
      witness.verified = witness.verified.filter((one) => one !== id);
    }
    // A clock that goes back makes memory that was lost wait a little longer for one that had come through.
    if (state !== "verified" || was === "verified" || witness.verified.includes(id)) continue;
    witness.verified.push(id);
    const applied = witness.appliedAt.get(id);
    const well = witness.wellSince.get(id);
    const soaked = applied === undefined || well === undefined ? null : fleet.nowMs - Math.max(applied, well);
    hold("law 2 (soak)", soakMs === 0 || (soaked !== null && soaked >= soakMs), () =>
      soaked === null ? `${id} was verified and is not well` : `${id} was verified after ${soaked} ms`,
    );
  }
}

/** Whatever is still observed of a rollout that has ended. */
function checkEnded({ fleet, kept, after }: Seen, header: RolloutHeader): void {
  const later: Observation[] = [
    { kind: "tick" },
    { kind: "start" },
    ...(["resume", "promote", "abort"] as const).map((kind) => ({ kind, actor: "usr_a" })),
    ...kept.plan.flat().flatMap(({ id: agent, target }): Observation[] => [
      { kind: "offline", agent },
      { kind: "online", agent, healthy: true },
      { kind: "status", agent, hash: target, status: "applied" },
    ]),
  ];
  for (const observation of later) {
    const step = fleet.engine.advance(after, observation, fleet.nowMs + 3_600_000);
    const law = "law 3 (terminal)";
    hold(
      law,
      step.effects.length + step.changes.size === 0,
      () => `${observation.kind} moves what has ended`,
    );
    hold(law, equal(header, step.header), () => `${observation.kind} changes the header of what has ended`);
  }
}

function checkEnds(seen: Seen): void {
  const { before, after, step } = seen;
  const done = step.effects.findIndex((effect) => effect.kind === "done");
  const ends = isTerminal(after.header.state) && !isTerminal(before.header.state);
  hold("law 3 (terminal)", ends === done >= 0, () => `${after.header.state}, done at ${done}`);
  if (done >= 0)
    hold("law 3 (terminal)", done === step.effects.length - 1, () => "something follows the end");
  if (ends) hold("law 3 (terminal)", after.header.dueAt === null, () => "it still wants to be woken");
  if (ends) checkEnded(seen, step.header);
  const backwards =
    before.header.state === "rolling_back" &&
    !["rolling_back", "rolled_back", "rollback_incomplete"].includes(after.header.state);
  hold("order of states", !backwards, () => `from rolling_back to ${after.header.state}`);
  if (before.header.state === "rolling_back") {
    hold("law 7 (abort)", namedBy(step, "offer").length === 0, () => "an offer while rolling back");
  }
}

/** One that waited its turn is not started for another to take its place at once. */
function checkSuperseded({ fleet, kept, observation }: Seen): void {
  if (observation.kind !== "supersede" || kept.setup.onActive === "supersede") return;
  hold(
    "succession",
    kept.startedIn !== fleet.block,
    () => `${kept.id} starts and is superseded in one block`,
  );
}

/** An alarm that rang at its time is not set for a time that is past: it would ring without end. */
function checkAlarm({ fleet, observation, before, after }: Seen): void {
  const { dueAt } = before.header;
  if (observation.kind !== "tick" || dueAt === null || fleet.nowMs < dueAt) return;
  const next = after.header.dueAt;
  hold(
    "law 5 (alarm)",
    next === null || next > fleet.nowMs,
    () => `it is due again at once: ${after.header.reason}`,
  );
}

/** Law 4: the same observation twice is as once. A reading has no identity; a person's second word may answer the next question. */
function checkRepeated({ fleet, observation, after }: Seen): void {
  if (observation.kind === "metrics" || isTerminal(after.header.state)) return;
  const isAnswer = observation.kind === "resume" || observation.kind === "promote";
  if (isAnswer && (after.header.state === "paused" || after.header.nextWaveAt !== null)) return;
  const again = fleet.engine.advance(after, observation, fleet.nowMs);
  const law = "law 4 (twice is once)";
  hold(law, again.effects.length === 0, () => `${observation.kind}: ${JSON.stringify(again.effects)}`);
  for (const [id, progress] of again.changes) {
    hold(law, equal(progress, after.agents.get(id)), () => `${observation.kind} moves ${id} again`);
  }
}

export function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A config leaves: only what its agent may have. A candidate reaches nobody but by its own rollout, or once it is current. */
export function checkSent(fleet: SimulatedFleet, { agent, hash }: Sent): void {
  const { rows } = fleet;
  const row = fleet.row(agent);
  hold("latch", !row.latched.includes(hash), () => `${agent} is sent what it failed with`);
  const ran = fleet.active?.originals.get(agent);
  const goesBack = fleet.rollout?.header.state === "rolling_back" && fleet.progressOf(agent)?.offeredAt;
  const isBack = ran === undefined || !goesBack || hash === returnHash({ previous: ran });
  hold("law 6 (rollback)", isBack, () => `${agent} is sent back to ${hash}, and ran "${ran}"`);
  if (row.ran.includes(hash) || row.lifted.includes(hash) || rows.current?.target === hash) return;
  const kept = rows.rollouts.findLast((one) =>
    one.plan.some((wave) => wave.some((two) => two.target === hash)),
  );
  const isReturn = ({ originals }: Kept) => returnHash({ previous: originals.get(agent) ?? "-" }) === hash;
  if (!kept || rows.rollouts.some(isReturn)) return;
  const isActive = fleet.active === kept;
  const progress = isActive ? fleet.progressOf(agent) : undefined;
  const header = isActive ? fleet.rollout?.header : undefined;
  hold(
    "law 7 (abort)",
    kept.header.aborted !== true && header?.aborted !== true,
    () => `${agent} is sent an aborted candidate`,
  );
  const wasReached = row.progress?.rolloutId === kept.id && row.progress.offeredAt !== null;
  const succeeded = kept.final !== null && kept.header.state === "succeeded";
  hold(
    "blast radius",
    succeeded ||
      (progress?.target === hash && progress.offeredAt !== null) ||
      (!isActive && wasReached && !kept.setup.autoRevert),
    () => `${agent} is sent ${hash} by no rollout that reaches it`,
  );
}

/** A rollout starts: approved by whom it must be, at its time, in its windows. */
export function checkStart(fleet: SimulatedFleet, kept: Kept): void {
  const { approval, author, schedule } = kept;
  if (approval?.required) {
    hold("approval", approval.verdict === "approve", () => "it starts without one");
    const isOther = author !== null && approval.person !== author;
    if (approval.byAnother)
      hold("approval", isOther, () => "the author approved it in a protected environment");
  }
  const { startAtMs } = schedule;
  hold("start time", startAtMs === null || startAtMs <= fleet.nowMs, () => "it starts too early");
  hold("windows", isOpenNow(fleet, kept, kept.freezeOverride), () => "it starts while closed");
  checkPlan(kept);
}

/** The sizes of the waves, by the words of the strategy. */
function checkPlan({ plan, setup: { strategy } }: Kept): void {
  const sizes = plan.map((wave) => wave.filter((agent) => agent.change !== "unchanged").length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const law = "plan";
  if (strategy.kind === "rolling") {
    const batch = resolveCount(strategy.batch, total);
    hold(
      law,
      sizes.every((size) => size <= batch),
      () => `waves of ${sizes}, the batch is ${batch}`,
    );
  } else if (strategy.kind === "canary") {
    hold(law, total === 0 || sizes.length <= strategy.steps.length + 1, () => `waves of ${sizes}`);
    strategy.steps.forEach((step, index) => {
      if (!("agents" in step) || total === 0) return;
      const most =
        typeof step.agents === "number"
          ? step.agents
          : Math.max(1, Math.ceil((Number.parseInt(step.agents, 10) * total) / 100));
      hold(law, (sizes[index] ?? 0) <= most, () => `step ${index + 1} takes ${sizes[index]} of ${most}`);
    });
  } else hold(law, sizes.length <= 1, () => `waves of ${sizes}`);
}
