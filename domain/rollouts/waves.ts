import type { AgentId } from "../ids.ts";
import { fitting } from "../plural.ts";
import { sumCounts, unsettledCount } from "./counts.ts";
import type { Draft } from "./draft.ts";
import { agents, judgeEvidence, judgeFailures } from "./gates.ts";
import { type AgentProgress, isWell } from "./progress.ts";
import { stop } from "./rollback.ts";
import type { Gates, Rollout } from "./rollout.ts";
import { isTerminal } from "./states.ts";

/** Starts the wave after the newest one, or ends the rollout when there is none. */
export function startNextWave(draft: Draft): void {
  const { header } = draft;
  const index = header.wave + 1;
  if (index >= header.waves.length) {
    succeed(draft);
    return;
  }
  const wave = draft.wave(index);
  draft.setHeader({
    wave: index,
    nextWaveAt: null,
    reason: null,
    started: sumCounts([header.started, wave.counts]),
  });
  draft.setWave(index, { startedAt: draft.nowMs });
  draft.progress();
  if (stopOnFailures(draft)) return;
  const online: AgentId[] = [];
  let offline = 0;
  for (const [id, progress] of draft.members(index)) {
    if (progress.state !== "waiting") continue;
    if (progress.report?.status === "applied" && progress.report.hash === progress.target) {
      draft.set(id, progress, { state: "applied", soakFrom: isWell(progress) ? draft.nowMs : null });
      draft.wakeAt(draft.nowMs + header.gates.soakSeconds * 1000);
    } else if (progress.connected) online.push(id);
    else offline++;
  }
  offerTo(draft, online);
  draft.wakeAt(draft.nowMs + header.gates.progressDeadlineSeconds * 1000);
  draft.event(
    "rollout.wave_started",
    `Wave ${index + 1} of ${header.waves.length}: offered to ${agents(online.length)}` +
      (offline > 0 ? `, ${offline} offline` : ""),
    { wave: index + 1, offered: online.length, offline, size: wave.size },
  );
  closeWaves(draft, { overruled: false });
}

/** Stops the rollout as soon as more agents failed than may, whatever those under way still say. */
export function stopOnFailures(draft: Draft): boolean {
  const { header } = draft;
  const open = header.waves[header.wave];
  const mayStillReport =
    open && open.endedAt === null ? open.counts.waiting + open.counts.offered + open.counts.applying : 0;
  const failures = judgeFailures(header.started, header.gates, mayStillReport);
  if (failures.verdict !== "fail") return false;
  draft.decide(header.wave, failures);
  stop(draft, `Stopped: ${failures.text}`);
  return true;
}

/** Offers the target: only to agents of the running wave. */
export function offerTo(draft: Draft, ids: readonly AgentId[]): void {
  for (const id of ids) {
    const progress = draft.agent(id);
    if (progress) draft.set(id, progress, { state: "offered", offeredAt: draft.nowMs });
  }
  draft.act("offer", ids);
  if (ids.length > 0) draft.wakeAt(draft.nowMs + draft.header.gates.progressDeadlineSeconds * 1000);
}

/** Settles the agents of the running wave (or the ones named) whose time has come, and finds the next due time. */
export function settleDue(draft: Draft, only?: readonly AgentId[]): void {
  const { header } = draft;
  const deadline =
    header.hold === "person" ? null : header.progressAt + header.gates.progressDeadlineSeconds * 1000;
  let isStalling = false;
  for (const [id, progress] of only ? named(draft, only) : draft.members(header.wave)) {
    const due = dueOf(progress, header.gates);
    if (due === "settled") continue;
    if (due === "stalled") {
      if (deadline !== null && draft.nowMs >= deadline) lose(draft, id, progress);
      else isStalling = true;
    } else if (draft.nowMs < due.atMs) {
      draft.wakeAt(due.atMs);
    } else if (due.to === "verified") {
      draft.set(id, progress, { state: "verified" });
    } else {
      draft.set(id, progress, { state: due.to, error: due.error, soakFrom: null });
      draft.progress();
    }
  }
  if (isStalling && deadline !== null) draft.wakeAt(deadline);
}

function* named(draft: Draft, ids: readonly AgentId[]): Iterable<[AgentId, AgentProgress]> {
  for (const id of ids) {
    const progress = draft.agent(id);
    if (progress) yield [id, progress];
  }
}

type Due =
  | "settled"
  | "stalled"
  | { atMs: number; to: "verified" }
  | { atMs: number; to: "timed_out" | "failed"; error: string };

/** What becomes of an agent, and when. "stalled": nothing but the progress deadline ends the waiting for it. */
function dueOf(progress: AgentProgress, gates: Gates): Due {
  const { soakSeconds, applyTimeoutSeconds, progressDeadlineSeconds } = gates;
  switch (progress.state) {
    case "waiting":
    case "offered":
      return "stalled";
    case "applying": {
      if (!progress.connected || progress.offeredAt === null) return "stalled";
      const offerEndsMs = progress.offeredAt + applyTimeoutSeconds * 1000;
      // A return starts the time of an offer anew; one that comes and goes is given one progress deadline more in all.
      const patience = applyTimeoutSeconds + progressDeadlineSeconds;
      const endsMs = progress.since + patience * 1000;
      const error =
        offerEndsMs <= endsMs
          ? `said APPLYING and did not finish within ${applyTimeoutSeconds} s of the offer`
          : `said APPLYING, came and went, and did not finish within ${patience} s`;
      return { atMs: Math.min(offerEndsMs, endsMs), to: "timed_out", error };
    }
    case "applied": {
      if (!progress.connected) return "stalled";
      // An agent that is well on and off is given one progress deadline more than one that is never well.
      const patience =
        soakSeconds + applyTimeoutSeconds + (progress.soakFrom === null ? 0 : progressDeadlineSeconds);
      const endsMs = progress.since + patience * 1000;
      const verifiedMs = progress.soakFrom === null ? null : progress.soakFrom + soakSeconds * 1000;
      if (verifiedMs !== null && verifiedMs <= endsMs) {
        return { atMs: verifiedMs, to: "verified" };
      }
      return {
        atMs: endsMs,
        to: "failed",
        error: `applied, but did not stay connected and healthy for ${soakSeconds} s within ${patience} s`,
      };
    }
    default:
      return "settled";
  }
}

/** When the next `tick` can change something; for a rollout that was read back from rows. */
export function findDue({ header, waves, agents }: Rollout): number | null {
  const deadline = header.progressAt + header.gates.progressDeadlineSeconds * 1000;
  if (isTerminal(header.state)) return null;
  if (header.state === "rolling_back") return deadline;
  if (header.nextWaveAt !== null) return header.state === "running" ? header.nextWaveAt : null;
  const wave = header.waves[header.wave];
  if (!wave) return null;
  if (wave.endedAt === null && unsettledCount(wave.counts) === 0) {
    const mayClose =
      header.state === "running" ||
      (header.hold === "inconclusive" && judgeEvidence(wave.counts, 1).verdict === "pass");
    return mayClose ? header.progressAt : null;
  }
  let earliest = Number.POSITIVE_INFINITY;
  for (const id of waves[header.wave] ?? []) {
    const progress = agents.get(id);
    const due = progress ? dueOf(progress, header.gates) : "settled";
    if (due === "settled" || (due === "stalled" && header.hold === "person")) continue;
    earliest = Math.min(earliest, due === "stalled" ? deadline : due.atMs);
  }
  return earliest === Number.POSITIVE_INFINITY ? null : earliest;
}

function lose(draft: Draft, id: AgentId, progress: AgentProgress): void {
  const seconds = draft.header.gates.progressDeadlineSeconds;
  const error =
    progress.state === "waiting"
      ? `was offline for the ${seconds} s that its wave waited`
      : `was not heard of about this config for ${seconds} s`;
  draft.set(id, progress, { state: "unreachable", error, soakFrom: null });
}

/** Closes the running wave once all its agents are settled and its gates agree, and goes on. */
export function closeWaves(draft: Draft, options: { overruled: boolean }): void {
  const { header } = draft;
  if (header.state !== "running" && header.hold !== "inconclusive") return;
  const wave = header.waves[header.wave];
  if (!wave || wave.endedAt !== null || unsettledCount(wave.counts) > 0) return;
  const failures = judgeFailures(header.started, header.gates, 0);
  if (failures.verdict === "fail") {
    draft.decide(header.wave, failures);
    stop(draft, `Stopped: ${failures.text}`);
    return;
  }
  let offered = 0;
  for (const [, progress] of draft.members(header.wave)) {
    if (progress.offeredAt !== null && !progress.revoked) offered++;
  }
  const evidence = judgeEvidence(wave.counts, offered);
  if (evidence.verdict === "hold" && !options.overruled) {
    if (header.hold === "inconclusive") return;
    draft.decide(header.wave, evidence);
    const reason = `Wave ${header.wave + 1} is inconclusive: ${evidence.text}. Resume to go on without them, or abort`;
    draft.setHeader({ state: "paused", hold: "inconclusive", reason });
    draft.event("rollout.paused", reason, { wave: header.wave + 1, ...evidence.inputs });
    return;
  }
  if (header.hold === "inconclusive") {
    draft.setHeader({ state: "running", hold: null, reason: null });
    draft.event("rollout.resumed", `Resumed: ${evidence.text}`, { wave: header.wave + 1 });
  }
  if (!options.overruled) draft.decide(header.wave, evidence);
  if (wave.counts.verified > 0 || failures.inputs.failures !== 0) draft.decide(header.wave, failures);
  pass(draft, offered);
}

function pass(draft: Draft, offered: number): void {
  const { header } = draft;
  const { counts } = draft.wave(header.wave);
  draft.setWave(header.wave, { endedAt: draft.nowMs, verdict: "passed" });
  const facts = [
    [counts.verified, "verified"],
    [counts.unchanged, "unchanged"],
    [counts.unreachable, "unreachable"],
    [counts.failed + counts.timed_out + counts.rejected, "failed"],
  ] as const;
  const told = facts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  draft.event("rollout.wave_passed", `Wave ${header.wave + 1} passed: ${told.join(", ")}`, {
    wave: header.wave + 1,
    ...counts,
  });
  const isLast = header.wave + 1 >= header.waves.length;
  const pauseMs = header.strategy.kind === "rolling" ? header.strategy.pauseSeconds * 1000 : 0;
  if (isLast || pauseMs === 0 || offered === 0) {
    startNextWave(draft);
    return;
  }
  const nextWaveAt = draft.nowMs + pauseMs;
  draft.setHeader({
    nextWaveAt,
    dueAt: null,
    reason: `Wave ${header.wave + 2} starts after a pause of ${pauseMs / 1000} s`,
  });
  draft.wakeAt(nextWaveAt);
}

function succeed(draft: Draft): void {
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
  const reason =
    unreachable > 0
      ? `${agents(unreachable)} not reached; the release waits for ${fitting(unreachable, "it", "them")}`
      : null;
  const running = verified + unchanged;
  draft.setHeader({ state: "succeeded", reason, endedAt: draft.nowMs, dueAt: null, nextWaveAt: null });
  draft.event(
    "rollout.succeeded",
    total === 0
      ? "Succeeded: the release is current, for agents to come"
      : `Succeeded: ${running} of ${agents(total)} ${fitting(running, "runs", "run")} the release` +
          (unreachable > 0
            ? `, ${unreachable} ${fitting(unreachable, "gets it when it returns", "get it when they return")}`
            : ""),
    { ...header.totals },
  );
  draft.done();
}
