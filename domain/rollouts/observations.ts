import type { AgentId } from "../ids.ts";
import type { Draft } from "./draft.ts";
import { settleDue } from "./dues.ts";
import { watchAgain } from "./measure.ts";
import { waitAgain } from "./pace.ts";
import { leftTheFleet } from "./plan.ts";
import { type AgentProgress, isSettled, isWell } from "./progress.ts";
import { observeReturn, returnAgain } from "./rollback.ts";
import type { Observation } from "./rollout.ts";
import { stageAgain } from "./staging.ts";

type Said<Kind> = Extract<Observation, { kind: Kind }>;

export function observeStatus(draft: Draft, before: AgentProgress, said: Said<"status">): void {
  if (draft.header.state === "rolling_back") {
    observeReturn(draft, before, said);
    return;
  }
  if (before.report?.hash === said.hash && before.report.status === said.status) return;
  const progress = draft.set(said.agent, before, { report: { hash: said.hash, status: said.status } });
  if (said.hash !== before.target) return;
  if (before.wave > draft.header.wave) {
    // An offer from before this rollout was under way: it is latched by now, and its turn would bring it nothing.
    const fails = said.status === "failed" && progress.state === "waiting";
    if (fails) draft.set(said.agent, progress, { state: "failed", error: errorOf(said), soakFrom: null });
    return;
  }
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
      draft.set(said.agent, progress, { state: "failed", error: errorOf(said), soakFrom: null });
      draft.progress();
    }
  }
}

function errorOf({ error }: Said<"status">): string {
  return error || "the agent gave no reason";
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
  if (!may || progress.state === "applied" || progress.deleted) return;
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
export function observePresence(
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
  const stages = before.state === "staging" && !progress.connected;
  draft.set(id, before, { ...change, ...(stages ? { state: "waiting" as const } : {}) });
}

export function observeOnline(draft: Draft, known: AgentProgress, said: Said<"online">): void {
  if (known.revoked) return;
  const { agent: id, healthy } = said;
  const canStage = said.canStage ?? known.canStage;
  const before = canStage === known.canStage ? known : draft.set(id, known, { canStage });
  const isBack = !before.connected;
  if (isBack || before.healthy !== healthy) {
    observePresence(draft, id, before, { connected: true, healthy });
  }
  const progress = draft.agent(id);
  if (!progress || !(isBack || said.renewed)) return;
  if (draft.header.state === "rolling_back") {
    if (isBack && progress.state === "reverting") returnAgain(draft, id);
    return;
  }
  watchAgain(draft, id, progress);
  if (!draft.isOpen(progress.wave)) return;
  // The wire itself repeats an offer that an earlier connection may have lost.
  if (isBack) comeBack(draft, id, progress);
  else if (progress.state === "staging") draft.act("stage", [id]);
}

/** A returner of the open wave: its first offer takes its turn; one that was offered before is offered again. */
function comeBack(draft: Draft, id: AgentId, progress: AgentProgress): void {
  const { header } = draft;
  switch (progress.state) {
    case "waiting":
    case "staged":
      if (header.staging === "staging" && progress.state === "waiting") stageAgain(draft, id, progress);
      else waitAgain(draft, progress);
      return;
    case "unreachable":
      if (progress.offeredAt !== null) offerAgain(draft, id, progress);
      else comeBack(draft, id, draft.set(id, progress, { state: "waiting", error: null }));
      return;
    case "offered":
    case "applying":
      offerAgain(draft, id, progress);
  }
}

function offerAgain(draft: Draft, id: AgentId, progress: AgentProgress): void {
  const { header } = draft;
  if (header.hold === "person") return;
  const state = progress.state === "applying" ? "applying" : "offered";
  draft.set(id, progress, { state, offeredAt: draft.nowMs });
  draft.act("offer", [id]);
  // The wave had been given up: what this agent says now may decide, so it gets a deadline of its own.
  if (header.hold === "inconclusive") draft.setHeader({ progressAt: draft.nowMs });
  const { applyTimeoutSeconds, progressDeadlineSeconds } = header.gates;
  draft.wakeAt(draft.nowMs + (state === "applying" ? applyTimeoutSeconds : progressDeadlineSeconds) * 1000);
}

export function observeRevoked(draft: Draft, id: AgentId, before: AgentProgress): void {
  if (before.revoked) return;
  const open = !isSettled(before.state) || before.state === "reverting";
  draft.set(id, before, {
    connected: false,
    revoked: true,
    soakFrom: null,
    ...(open ? { state: "unreachable" as const, error: "its credential was revoked" } : {}),
  });
}

/** It takes its row along: nothing of what it did is known afterwards, so nothing of it counts. */
export function observeDeleted(draft: Draft, id: AgentId, before: AgentProgress): void {
  if (before.deleted) return;
  draft.set(id, before, {
    connected: false,
    healthy: null,
    revoked: true,
    deleted: true,
    soakFrom: null,
    offeredAt: null,
    report: null,
    error: leftTheFleet,
    ...(before.state === "unchanged" ? {} : { state: "unreachable" as const }),
  });
}
