import type { AgentId } from "../ids.ts";
import { fitting } from "../plural.ts";
import { tellRollback } from "./confirmations.ts";
import type { Draft } from "./draft.ts";
import { agents } from "./gates.ts";
import { stopMeasuring } from "./measure.ts";
import { type AgentProgress, returnHash } from "./progress.ts";
import type { Observation } from "./rollout.ts";

/**
 * Ends the way forward, by a gate, a person or a rollout that takes its place. With `autoRevert` every agent that was
 * offered the candidate goes back to exactly what it ran before; otherwise, and when it is superseded, each keeps what
 * it has, and nothing more is sent.
 */
export function stop(draft: Draft, reason: string): void {
  const { header } = draft;
  if (header.wave >= 0 && draft.wave(header.wave).endedAt === null) {
    stopMeasuring(draft);
    const verdict = header.aborted ? "stopped" : "failed";
    draft.setWave(header.wave, { endedAt: draft.nowMs, verdict });
  }
  const reached: [AgentId, AgentProgress][] = [];
  for (let wave = 0; wave <= header.wave; wave++) {
    for (const [id, progress] of draft.members(wave)) {
      if (progress.offeredAt !== null && !progress.revoked) reached.push([id, progress]);
    }
  }
  draft.setHeader({ nextWaveAt: null, hold: null, confirmations: [], dueAt: null });
  if (header.autoRevert && header.supersededBy === null && reached.length > 0) {
    rollBack(draft, reached, reason);
    return;
  }
  draft.act(
    "release",
    reached.filter(([, { state }]) => isUnderWay(state)).map(([id]) => id),
  );
  const state = header.aborted ? "cancelled" : "failed";
  const left =
    reached.length === 0
      ? "no agent was touched"
      : `${agents(reached.length)} reached and left with what ${fitting(reached.length, "it runs", "they run")}`;
  draft.setHeader({ state, reason, endedAt: draft.nowMs });
  draft.event(header.aborted ? "rollout.cancelled" : "rollout.failed", `${reason}; ${left}`, {
    ...header.totals,
  });
  draft.done();
}

/** The agent may still take the candidate on, though it did not say so yet. */
function isUnderWay(state: AgentProgress["state"]): boolean {
  return state === "offered" || state === "applying" || state === "unreachable" || state === "timed_out";
}

function rollBack(draft: Draft, reached: [AgentId, AgentProgress][], reason: string): void {
  const { header } = draft;
  const returned: AgentId[] = [];
  const restored: AgentId[] = [];
  const bare: AgentId[] = [];
  for (const [id, progress] of reached) {
    if (progress.state !== "failed" || !isBackByItself(progress)) {
      draft.set(id, progress, { state: "reverting", soakFrom: null });
      returned.push(id);
    } else {
      draft.set(id, progress, { state: "reverted" });
      (progress.previous === "" ? bare : restored).push(id);
    }
  }
  draft.act("restored", restored);
  draft.act("release", bare);
  draft.act("return", returned);
  draft.setHeader({ state: "rolling_back", reason });
  draft.progress();
  tellRollback(draft);
  draft.wakeAt(draft.nowMs + header.gates.progressDeadlineSeconds * 1000);
  draft.event(
    "rollout.rolling_back",
    `${reason}; ${agents(reached.length)} ${fitting(reached.length, "goes back to what it", "go back to what they")} ran before`,
    { reached: reached.length, restoredThemselves: restored.length + bare.length },
  );
  finishRollback(draft);
}

/** It says so: it runs what it ran before, or refused the target with nothing of ours before. */
function isBackByItself({ previous, report }: AgentProgress): boolean {
  if (previous === "") return report?.status === "failed";
  return report?.status === "applied" && report.hash === previous;
}

/** A config status while rolling back. A repeated report of the way back counts, since it may answer our offer. */
export function observeReturn(
  draft: Draft,
  before: AgentProgress,
  said: Extract<Observation, { kind: "status" }>,
): void {
  const isRepeated = before.report?.hash === said.hash && before.report.status === said.status;
  const isBack = said.hash === returnHash(before);
  if (isRepeated && !(isBack && before.state === "reverting")) return;
  const progress = draft.set(said.agent, before, { report: { hash: said.hash, status: said.status } });
  const { state } = progress;
  if (state !== "reverting" && state !== "reverted" && state !== "revert_failed") return;
  if (isBack && said.status === "applied") {
    draft.set(said.agent, progress, { state: "reverted" });
    draft.progress();
  } else if (isBack && said.status === "failed") {
    draft.set(said.agent, progress, {
      state: "revert_failed",
      error: said.error || "the agent refused what it ran before, without a reason",
    });
    draft.progress();
  } else if (said.hash === progress.target && said.status !== "applying") {
    draft.set(said.agent, progress, { state: "reverting" });
    returnAgain(draft, said.agent);
  }
}

/**
 * The agent came back, or finished the candidate after all: it is told again where to go. That is no step forward: an
 * agent that comes and goes must not keep the rollback from ending.
 */
export function returnAgain(draft: Draft, id: AgentId): void {
  draft.act("return", [id]);
}

export function settleOverdueReturns(draft: Draft): void {
  const { header } = draft;
  const seconds = header.gates.progressDeadlineSeconds;
  const deadline = header.progressAt + seconds * 1000;
  if (draft.nowMs < deadline) {
    draft.wakeAt(deadline);
    return;
  }
  for (let wave = 0; wave <= header.wave; wave++) {
    for (const [id, progress] of draft.members(wave)) {
      if (progress.state !== "reverting") continue;
      draft.set(id, progress, {
        state: "revert_failed",
        error: `did not confirm its return within ${seconds} s`,
      });
    }
  }
}

/** Ends the rollback once nobody is on the way back any more. */
export function finishRollback(draft: Draft): void {
  const { header } = draft;
  if (header.state !== "rolling_back" || header.totals.reverting > 0) return;
  const { reverted, revert_failed: missing } = header.totals;
  const state = missing > 0 ? "rollback_incomplete" : "rolled_back";
  const why = header.reason ?? "Stopped";
  draft.setHeader({
    state,
    endedAt: draft.nowMs,
    dueAt: null,
    reason: missing > 0 ? `${why}; ${agents(missing)} did not confirm the return` : why,
  });
  draft.event(
    missing > 0 ? "rollout.rollback_incomplete" : "rollout.rolled_back",
    missing > 0
      ? `${agents(reverted)} ${fitting(reverted, "is", "are")} back, ${missing} did not confirm; ${fitting(missing, "that one returns when it is", "those return when they are")} heard of again`
      : `${agents(reverted)} ${fitting(reverted, "runs again what it", "run again what they")} ran before`,
    { ...header.totals },
  );
  draft.done();
}
