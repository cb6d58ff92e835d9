import type { AgentId } from "../ids.ts";
import { fitting, plural } from "../plural.ts";
import { Draft } from "./draft.ts";
import { agents, judgeFailures } from "./gates.ts";
import { type AgentProgress, isSettled, isWell } from "./progress.ts";
import { finishRollback, observeReturn, returnAgain, settleOverdueReturns, stop } from "./rollback.ts";
import type { Observation, Rollout, Step } from "./rollout.ts";
import { isTerminal } from "./states.ts";
import { closeWaves, offerTo, settleDue, startNextWave, stopOnFailures } from "./waves.ts";

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
      pause(draft, observation.actor);
      return;
    case "resume":
      resume(draft, observation.actor);
      return;
    case "promote":
      promote(draft, observation.actor);
      return;
    case "abort":
      abort(draft, observation.actor);
      return;
    case "confirmation":
    case "policy":
    case "override-freeze":
    case "supersede":
    case "approve":
    case "reject":
      return;
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
      observeOnline(draft, observation.agent, progress, observation.healthy);
      return;
    case "offline":
      observePresence(draft, observation.agent, progress, { connected: false });
      return;
    case "deleted":
    case "revoked":
      observeRevoked(draft, observation.agent, progress);
      return;
  }
}

function start(draft: Draft): void {
  const { header } = draft;
  if (header.state !== "scheduled") return;
  draft.setHeader({ state: "running", startedAt: draft.nowMs });
  const total = header.waves.reduce((sum, wave) => sum + wave.size, 0);
  draft.event(
    "rollout.started",
    total === 0
      ? "The release has files for none of the fleet's agents; newcomers will get it"
      : `Started for ${agents(total)} in ${plural(header.waves.length, "wave")}` +
          (header.totals.unchanged > 0
            ? `, ${header.totals.unchanged} of them ${fitting(header.totals.unchanged, "runs", "run")} it already`
            : ""),
    { total, waves: header.waves.length, unchanged: header.totals.unchanged },
  );
  const known = judgeFailures(header.totals, header.gates, header.totals.waiting);
  if (known.verdict === "fail") {
    const text = `${agents(header.totals.rejected)} failed on this very config before and would not be offered it; ${known.text}`;
    draft.decide(null, { ...known, text });
    stop(draft, text);
    return;
  }
  startNextWave(draft);
}

function pause(draft: Draft, actor: string): void {
  const { header } = draft;
  const running = header.state === "running" || (header.state === "paused" && header.hold !== "person");
  if (!running) return;
  draft.setHeader({
    state: "paused",
    hold: "person",
    reason: "Paused by a person: no further agent is offered the release until it is resumed",
  });
  draft.decide(header.wave, { verdict: "hold", gate: "person", text: `${actor} paused the rollout` });
  draft.event("rollout.paused", "Paused: no further agent is offered the release", {}, actor);
}

function resume(draft: Draft, actor: string): void {
  const { header } = draft;
  if (header.state !== "paused") return;
  const overruled = header.hold === "inconclusive";
  draft.setHeader({ state: "running", hold: null, reason: null });
  draft.progress();
  draft.event("rollout.resumed", "Resumed", {}, actor);
  draft.decide(header.wave, {
    verdict: overruled ? "pass" : "info",
    gate: "person",
    text: overruled ? `${actor} let the wave pass without evidence` : `${actor} resumed the rollout`,
  });
  if (overruled) {
    closeWaves(draft, { overruled: true });
    return;
  }
  const waiting: AgentId[] = [];
  for (const [id, progress] of draft.members(header.wave)) {
    if (progress.state === "waiting" && progress.connected) waiting.push(id);
  }
  offerTo(draft, waiting);
  draft.wakeAt(draft.nowMs + header.gates.progressDeadlineSeconds * 1000);
  if (header.nextWaveAt !== null) draft.wakeAt(header.nextWaveAt);
}

/** What a person can let pass: a wave without evidence, or the rest of the pause before the next wave. */
export function isPromotable({ state, hold, nextWaveAt }: Rollout["header"]): boolean {
  return hold === "inconclusive" || (state === "running" && nextWaveAt !== null);
}

function promote(draft: Draft, actor: string): void {
  const { header } = draft;
  if (!isPromotable(header)) return;
  if (header.hold === "inconclusive") {
    resume(draft, actor);
    return;
  }
  draft.decide(header.wave, {
    verdict: "pass",
    gate: "person",
    text: `${actor} ended the pause before the next wave`,
  });
  draft.setHeader({ dueAt: null });
  startNextWave(draft);
}

function abort(draft: Draft, actor: string): void {
  const { header } = draft;
  if (header.state === "rolling_back" || header.aborted) return;
  draft.setHeader({ aborted: true });
  draft.event("rollout.abort_requested", "Abort: the release is offered to nobody from now on", {}, actor);
  draft.decide(header.wave < 0 ? null : header.wave, {
    verdict: "fail",
    gate: "person",
    text: `${actor} aborted the rollout`,
  });
  stop(draft, "A person aborted it");
}

function observeStatus(
  draft: Draft,
  before: AgentProgress,
  said: Extract<Observation, { kind: "status" }>,
): void {
  if (draft.header.state === "rolling_back") {
    observeReturn(draft, before, said);
    return;
  }
  if (before.report?.hash === said.hash && before.report.status === said.status) return;
  const progress = draft.set(said.agent, before, { report: { hash: said.hash, status: said.status } });
  if (said.hash !== before.target || before.wave > draft.header.wave) return;
  switch (said.status) {
    case "applying":
      observeApplying(draft, said.agent, progress);
      return;
    case "applied":
      observeApplied(draft, said.agent, progress);
      return;
    case "failed": {
      if (progress.state === "failed" || progress.state === "rejected" || progress.state === "unchanged")
        return;
      const error = said.error || "the agent gave no reason";
      draft.set(said.agent, progress, { state: "failed", error, soakFrom: null });
      draft.progress();
    }
  }
}

function observeApplying(draft: Draft, id: AgentId, progress: AgentProgress): void {
  const isLate = progress.state === "unreachable" && draft.isOpen(progress.wave);
  if (progress.state !== "offered" && progress.state !== "waiting" && !isLate) return;
  const offeredAt = progress.offeredAt ?? draft.nowMs;
  draft.set(id, progress, { state: "applying", offeredAt });
  draft.wakeAt(offeredAt + draft.header.gates.applyTimeoutSeconds * 1000);
}

function observeApplied(draft: Draft, id: AgentId, progress: AgentProgress): void {
  const may =
    !isSettled(progress.state) || progress.state === "timed_out" || progress.state === "unreachable";
  if (!may || progress.state === "applied") return;
  draft.set(id, progress, {
    state: "applied",
    soakFrom: isWell(progress) ? draft.nowMs : null,
    error: null,
  });
  draft.progress();
  if (draft.header.gates.soakSeconds === 0) settleDue(draft, [id]);
  else draft.wakeAt(draft.nowMs + draft.header.gates.soakSeconds * 1000);
}

/** Health and connection: an interruption restarts the soak; sickness takes back a verdict while the wave is open. */
function observePresence(
  draft: Draft,
  id: AgentId,
  before: AgentProgress,
  change: { connected?: boolean; healthy?: boolean | null },
): void {
  const progress = { ...before, ...change };
  if (progress.connected === before.connected && progress.healthy === before.healthy) return;
  const well = isWell(progress);
  if (before.state === "applied" && well !== (before.soakFrom !== null)) {
    draft.set(id, before, { ...change, soakFrom: well ? draft.nowMs : null });
    const { soakSeconds, applyTimeoutSeconds } = draft.header.gates;
    if (!well) draft.wakeAt(before.since + (soakSeconds + applyTimeoutSeconds) * 1000);
    else if (soakSeconds === 0) settleDue(draft, [id]);
    else draft.wakeAt(draft.nowMs + soakSeconds * 1000);
    return;
  }
  if (
    before.state === "verified" &&
    draft.isOpen(before.wave) &&
    progress.healthy === false &&
    progress.connected
  ) {
    draft.set(id, before, { ...change, state: "applied", soakFrom: null });
    const { soakSeconds, applyTimeoutSeconds } = draft.header.gates;
    draft.wakeAt(draft.nowMs + (soakSeconds + applyTimeoutSeconds) * 1000);
    return;
  }
  draft.set(id, before, change);
}

function observeOnline(draft: Draft, id: AgentId, before: AgentProgress, healthy: boolean | null): void {
  if (before.revoked || (before.connected && before.healthy === healthy)) return;
  const cameBack = !before.connected;
  observePresence(draft, id, before, { connected: true, healthy });
  const progress = draft.agent(id);
  if (!cameBack || !progress) return;
  const { header } = draft;
  if (header.state === "rolling_back") {
    if (progress.state === "reverting") returnAgain(draft, id);
    return;
  }
  if (!draft.isOpen(progress.wave)) return;
  const mayOffer = progress.offeredAt === null ? header.state === "running" : header.hold !== "person";
  if (!mayOffer) return;
  switch (progress.state) {
    case "waiting":
    case "offered":
    case "unreachable":
      if (header.hold === "inconclusive") draft.progress();
      offerTo(draft, [id]);
      return;
    case "applying":
      draft.set(id, progress, { offeredAt: draft.nowMs });
      draft.act("offer", [id]);
      draft.wakeAt(draft.nowMs + header.gates.applyTimeoutSeconds * 1000);
  }
}

function observeRevoked(draft: Draft, id: AgentId, before: AgentProgress): void {
  if (before.revoked) return;
  const open = !isSettled(before.state) || before.state === "reverting";
  draft.set(id, before, {
    connected: false,
    revoked: true,
    soakFrom: null,
    ...(open ? { state: "unreachable" as const, error: "its credential was revoked" } : {}),
  });
}

function tick(draft: Draft): void {
  const { header } = draft;
  if (header.dueAt === null || draft.nowMs < header.dueAt) return;
  header.dueAt = null;
  if (header.state === "rolling_back") {
    settleOverdueReturns(draft);
    return;
  }
  if (header.nextWaveAt === null) {
    settleDue(draft);
    return;
  }
  if (header.state !== "running") return;
  if (draft.nowMs < header.nextWaveAt) draft.wakeAt(header.nextWaveAt);
  else startNextWave(draft);
}

/** After every observation: too many failures stop it, a settled wave is closed, a finished rollback ends. */
function judge(draft: Draft): void {
  const { header } = draft;
  if (header.state === "rolling_back") {
    finishRollback(draft);
    return;
  }
  if (header.state !== "running" && header.state !== "paused") return;
  if (stopOnFailures(draft)) return;
  closeWaves(draft, { overruled: false });
}
