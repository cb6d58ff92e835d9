import { fitting } from "../plural.ts";
import { mayStillReportCount, sumCounts, unsettledCount } from "./counts.ts";
import type { Draft } from "./draft.ts";
import { agents, judgeEvidence, judgeFailures } from "./gates.ts";
import { hold, lift } from "./holds.ts";
import { judgeMeasurement } from "./judge-measurement.ts";
import { beginMeasuring, stopMeasuring } from "./measure.ts";
import { closedNow } from "./opening.ts";
import { holdWhereBlocked, offerWaiting } from "./pace.ts";
import { isWell } from "./progress.ts";
import { stop } from "./rollback.ts";
import type { RolloutHeader } from "./rollout.ts";
import { beginStaging } from "./staging.ts";
import type { Threshold } from "./threshold.ts";

/** What has been let start starts: a wave, or the activation of what is staged. */
export function begin(draft: Draft, { kind, wave }: Threshold): void {
  draft.setHeader({ confirmations: [], reason: null });
  if (kind === "activation") activate(draft);
  else startWave(draft, wave);
}

function startWave(draft: Draft, index: number): void {
  const { header } = draft;
  const { counts, size } = draft.wave(index);
  draft.setHeader({
    wave: index,
    nextWaveAt: null,
    cursor: 0,
    started: sumCounts([header.started, counts]),
  });
  draft.setWave(index, { startedAt: draft.nowMs });
  draft.progress();
  if (stopOnFailures(draft)) return;
  for (const [id, progress] of draft.members(index)) {
    if (progress.state !== "waiting") continue;
    if (progress.report?.status === "applied" && progress.report.hash === progress.target) {
      draft.set(id, progress, { state: "applied", soakFrom: isWell(progress) ? draft.nowMs : null });
      draft.wakeAt(draft.nowMs + header.gates.soakSeconds * 1000);
    }
  }
  draft.wakeAt(draft.nowMs + header.gates.progressDeadlineSeconds * 1000);
  if (header.strategy.kind === "blue-green") {
    beginStaging(draft);
    return;
  }
  beginMeasuring(draft);
  const offered = offerWaiting(draft);
  const { offline, queued } = waitingOf(draft);
  draft.event(
    "rollout.wave_started",
    `Wave ${index + 1} of ${header.waves.length}: offered to ${agents(offered)}${offline}${queued}`,
    { wave: index + 1, offered, size },
  );
}

function activate(draft: Draft): void {
  const { header } = draft;
  draft.setHeader({ staging: "activated", cursor: 0 });
  draft.progress();
  beginMeasuring(draft);
  const offered = offerWaiting(draft);
  draft.event("rollout.activated", `Activated on ${agents(offered)} at once${waitingOf(draft).offline}`, {
    wave: header.wave + 1,
    offered,
  });
  draft.wakeAt(draft.nowMs + header.gates.progressDeadlineSeconds * 1000);
}

function waitingOf(draft: Draft): { offline: string; queued: string } {
  let offline = 0;
  let queued = 0;
  for (const [, { state, connected }] of draft.members(draft.header.wave)) {
    if (state !== "waiting" && state !== "staged") continue;
    if (connected) queued++;
    else offline++;
  }
  return {
    offline: offline > 0 ? `, ${offline} offline` : "",
    queued: queued > 0 ? `, ${queued} ${fitting(queued, "waits its turn", "wait their turn")}` : "",
  };
}

/** Stops the rollout as soon as more agents failed than may, whatever those under way still say. */
export function stopOnFailures(draft: Draft): boolean {
  const { header } = draft;
  const open = header.waves[header.wave];
  const mayStillReport = open && open.endedAt === null ? mayStillReportCount(open.counts) : 0;
  const failures = judgeFailures(header.started, header.gates, mayStillReport);
  if (failures.verdict !== "fail") return false;
  draft.decide(header.wave < 0 ? null : header.wave, failures);
  stop(draft, `Stopped: ${failures.text}`);
  return true;
}

/** While a wave is open: holds first offers outside of the windows, and lets those leave that may. */
export function workOnWave(draft: Draft): void {
  const { header } = draft;
  if (header.hold === "person" || header.staging === "staging") return;
  const { waiting, staged } = draft.wave(header.wave).counts;
  const closed = waiting + staged > 0 ? closedNow(draft) : null;
  if (closed !== null) {
    hold(draft, "window", `${closed}. Wave ${header.wave + 1} goes on then`);
    return;
  }
  if (header.hold === "window") {
    lift(draft, "waves may start again");
    draft.setHeader({ cursor: 0 });
    draft.wakeAt(header.progressAt + header.gates.progressDeadlineSeconds * 1000);
  }
  offerWaiting(draft);
  holdWhereBlocked(draft);
}

/** Closes the open wave once all its agents are settled and its gates agree. Answers whether the rollout moved on. */
export function closeWave(draft: Draft, options: { overruled: boolean }): boolean {
  const { header } = draft;
  const wave = draft.wave(header.wave);
  if (header.hold === "person" || unsettledCount(wave.counts) > 0) return false;
  const failures = judgeFailures(header.started, header.gates, 0);
  if (failures.verdict === "fail") {
    draft.decide(header.wave, failures);
    stop(draft, `Stopped: ${failures.text}`);
    return true;
  }
  const evidence = judgeEvidence(wave.counts, wave.reached, header.gates);
  if (evidence.verdict === "hold" && !options.overruled) {
    const reason = `Wave ${header.wave + 1} is inconclusive: ${evidence.text}. Resume to go on without them, or abort`;
    hold(draft, "inconclusive", reason, evidence);
    return false;
  }
  const measured = options.overruled ? "pass" : judgeMeasurement(draft);
  if (measured !== "pass") return measured === "stopped";
  lift(draft, evidence.text);
  if (!options.overruled) draft.decide(header.wave, evidence);
  if (wave.counts.verified > 0 || failures.inputs.failures !== 0) draft.decide(header.wave, failures);
  pass(draft);
  return true;
}

function pass(draft: Draft): void {
  const { header } = draft;
  const { counts, reached } = draft.wave(header.wave);
  stopMeasuring(draft);
  draft.setWave(header.wave, { endedAt: draft.nowMs, verdict: "passed" });
  const facts = [
    [counts.verified, "verified"],
    [counts.unchanged, "unchanged"],
    [counts.unreachable, "unreachable"],
    [counts.failed, "failed"],
    [counts.rejected, "rejected"],
    [counts.timed_out, "timed out"],
  ] as const;
  const told = facts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  draft.event("rollout.wave_passed", `Wave ${header.wave + 1} passed: ${told.join(", ")}`, {
    wave: header.wave + 1,
    ...counts,
  });
  draft.setHeader({ reason: null });
  const isLast = header.wave + 1 >= header.waves.length;
  const pauseMs = pauseSecondsOf(header) * 1000;
  if (isLast || pauseMs === 0 || reached === 0) return;
  draft.setHeader({
    nextWaveAt: draft.nowMs + pauseMs,
    reason: `Wave ${header.wave + 2} starts after a pause of ${pauseMs / 1000} s`,
  });
}

function pauseSecondsOf({ strategy }: RolloutHeader): number {
  if (strategy.kind === "rolling") return strategy.pauseSeconds;
  return strategy.kind === "canary" && strategy.promotion === "automatic" ? strategy.pauseSeconds : 0;
}

export function succeed(draft: Draft): void {
  const { header } = draft;
  const { verified, unchanged, unreachable } = header.totals;
  const total = header.waves.reduce((sum, wave) => sum + wave.size, 0);
  if (total > 0 && verified + unchanged === 0) {
    const nobody = total === 1 ? "The one agent was not" : `Not one of ${agents(total)} was`;
    const text = `${nobody} seen healthy with the release, so nothing is known about it`;
    draft.decide(null, { verdict: "fail", gate: "evidence", text, inputs: { total, unreachable } });
    stop(draft, text);
    return;
  }
  const gone = countGone(draft);
  const awaited = unreachable - gone;
  const reasons = [
    awaited > 0 && `${agents(awaited)} not reached; the release waits for ${fitting(awaited, "it", "them")}`,
    gone > 0 && `${agents(gone)} deleted or revoked meanwhile`,
  ].filter((one) => one !== false);
  const running = verified + unchanged;
  draft.setHeader({
    state: "succeeded",
    hold: null,
    reason: reasons.length > 0 ? reasons.join("; ") : null,
    endedAt: draft.nowMs,
    dueAt: null,
    nextWaveAt: null,
  });
  draft.event(
    "rollout.succeeded",
    total === 0
      ? "Succeeded: the release is current, for agents to come"
      : `Succeeded: ${running} of ${agents(total)} ${fitting(running, "runs", "run")} the release` +
          (awaited > 0
            ? `, ${awaited} ${fitting(awaited, "gets it when it returns", "get it when they return")}`
            : ""),
    { ...header.totals },
  );
  draft.done();
}

/** Agents that were not reached and will not be: deleted, or without a credential. */
function countGone(draft: Draft): number {
  if (draft.header.totals.unreachable === 0) return 0;
  let gone = 0;
  for (let wave = 0; wave < draft.header.waves.length; wave++) {
    for (const [, { state, revoked }] of draft.members(wave)) {
      if (state === "unreachable" && revoked) gone++;
    }
  }
  return gone;
}
