import type { AgentId } from "../ids.ts";
import { abort, changePolicy, overrideFreeze, pause, promote, resume, start, supersede } from "./commands.ts";
import { observeConfirmation } from "./confirmations.ts";
import { Draft } from "./draft.ts";
import { settleDue } from "./dues.ts";
import { stopOnMetrics } from "./judge-measurement.ts";
import { observeMetrics } from "./measure.ts";
import {
  observeDeleted,
  observeOnline,
  observePresence,
  observeRevoked,
  observeStatus,
} from "./observations.ts";
import { closedNow } from "./opening.ts";
import type { AgentProgress } from "./progress.ts";
import { finishRollback, settleOverdueReturns, stop } from "./rollback.ts";
import type { Observation, Rollout, Step } from "./rollout.ts";
import { closeStaging, observeStaged } from "./staging.ts";
import { isTerminal } from "./states.ts";
import { mayCross, thresholdOf } from "./threshold.ts";
import { begin, closeWave, stopOnFailures, succeed, workOnWave } from "./waves.ts";

export { isPromotable, isResumable } from "./threshold.ts";

/**
 * One observation, one step: what the rollout is afterwards, which agents moved, and what must be done. Pure; every
 * deadline is judged by `nowMs`, the fleet's clock. A terminal rollout answers nothing; an observation that repeats
 * what is known changes nothing. An observation of one agent costs O(1); a wave costs O(its agents).
 *
 * Abort: from the step that takes it on, no `offer` effect is ever produced again. With `autoRevert` every agent that
 * was offered the candidate is returned to what it ran (`rolling_back`); otherwise, or when nobody was reached, the
 * rollout is `cancelled` and nothing at all is sent.
 */
export function advance(rollout: Rollout, observation: Observation, nowMs: number): Step {
  const draft = new Draft(rollout, nowMs);
  if (isTerminal(rollout.header.state)) return draft.finish();
  observe(draft, observation);
  judge(draft);
  return draft.finish();
}

/** The rollout after the step. Mutates the map of agents that the caller owns, so that a step costs what it changed. */
export function applyStep(agents: Map<AgentId, AgentProgress>, step: Step): void {
  for (const [id, progress] of step.changes) agents.set(id, progress);
}

function observe(draft: Draft, observation: Observation): void {
  switch (observation.kind) {
    case "start":
      start(draft);
      return;
    case "tick":
      tick(draft);
      return;
    case "pause":
      pause(draft, observation);
      return;
    case "resume":
      resume(draft, observation);
      return;
    case "promote":
      promote(draft, observation);
      return;
    case "abort":
      abort(draft, observation);
      return;
    case "supersede":
      supersede(draft, observation);
      return;
    case "policy":
      changePolicy(draft, observation);
      return;
    case "override-freeze":
      overrideFreeze(draft, observation);
      return;
    case "confirmation": {
      const refusal = observeConfirmation(draft, observation);
      if (refusal !== null) stop(draft, `Stopped: ${refusal}`);
      return;
    }
  }
  const progress = draft.agent(observation.agent);
  if (!progress) return;
  switch (observation.kind) {
    case "status":
      observeStatus(draft, progress, observation);
      return;
    case "health":
      observePresence(draft, observation.agent, progress, { healthy: observation.healthy });
      return;
    case "online":
      observeOnline(draft, progress, observation);
      return;
    case "offline":
      observePresence(draft, observation.agent, progress, { connected: false });
      return;
    case "revoked":
      observeRevoked(draft, observation.agent, progress);
      return;
    case "deleted":
      observeDeleted(draft, observation.agent, progress);
      return;
    case "staged":
      observeStaged(draft, progress, observation);
      return;
    case "metrics":
      if (observeMetrics(draft, progress, observation)) stopOnMetrics(draft);
      return;
  }
}

function tick(draft: Draft): void {
  const { header } = draft;
  if (header.dueAt === null || draft.nowMs < header.dueAt) return;
  header.dueAt = null;
  if (header.state === "rolling_back") settleOverdueReturns(draft);
  else if (header.startedAt !== null) {
    settleDue(draft);
    closedNow(draft);
  }
}

/**
 * After every observation: too many failures stop it, offers that may leave do, what is settled is closed, and what may
 * start starts, for as long as anything follows.
 */
function judge(draft: Draft): void {
  const { header } = draft;
  for (;;) {
    if (header.state === "rolling_back") {
      finishRollback(draft);
      return;
    }
    if (header.state !== "running" && header.state !== "paused") return;
    if (stopOnFailures(draft)) continue;
    const threshold = thresholdOf(header);
    if (threshold === null) {
      workOnWave(draft);
      if (!closeStaging(draft) && !closeWave(draft, { overruled: false })) return;
    } else if (threshold.wave >= header.waves.length) {
      succeed(draft);
    } else if (mayCross(draft, threshold)) {
      begin(draft, threshold);
    } else if (header.state === "running" || header.state === "paused") {
      return;
    }
  }
}
