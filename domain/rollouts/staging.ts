import type { AgentId } from "../ids.ts";
import { mayStillReportCount, unsettledCount } from "./counts.ts";
import type { Draft } from "./draft.ts";
import { agents, judgeFailures } from "./gates.ts";
import type { AgentProgress } from "./progress.ts";
import type { Observation } from "./rollout.ts";

/** The agents of the wave that are here and can take the files in do so. Who is offline does when it returns. */
export function beginStaging(draft: Draft): void {
  const { header } = draft;
  const ids: AgentId[] = [];
  let others = 0;
  for (const [id, progress] of draft.members(header.wave)) {
    if (progress.state !== "waiting") continue;
    if (mayStage(progress)) {
      draft.set(id, progress, { state: "staging" });
      ids.push(id);
    } else others++;
  }
  draft.setHeader({ staging: "staging" });
  draft.act("stage", ids);
  const rest = others > 0 ? `; ${others} offline or unable to stage get them at the activation` : "";
  draft.event("rollout.staging_started", `Files sent to ${agents(ids.length)} to take in and check${rest}`, {
    staging: ids.length,
    others,
  });
  if (ids.length > 0) draft.wakeAt(draft.nowMs + header.gates.progressDeadlineSeconds * 1000);
}

function mayStage({ connected, canStage }: AgentProgress): boolean {
  return connected && canStage;
}

/** It came back while the others stage. That goes on whatever holds the rollout: nothing that runs is touched by it. */
export function stageAgain(draft: Draft, id: AgentId, progress: AgentProgress): void {
  if (!mayStage(progress)) return;
  draft.set(id, progress, { state: "staging" });
  draft.act("stage", [id]);
  draft.wakeAt(draft.header.progressAt + draft.header.gates.progressDeadlineSeconds * 1000);
}

export function observeStaged(
  draft: Draft,
  before: AgentProgress,
  { agent, hash, error }: Extract<Observation, { kind: "staged" }>,
): void {
  if (draft.header.staging !== "staging" || before.state !== "staging" || hash !== before.target) return;
  draft.set(agent, before, error === null ? { state: "staged" } : { state: "failed", error });
  if (error !== null) draft.act("latch", [agent]);
  draft.progress();
}

/** Nobody stages any more and not too many refused: from now on the activation may start. Answers whether that is so. */
export function closeStaging(draft: Draft): boolean {
  const { header } = draft;
  if (header.staging !== "staging" || header.hold === "person") return false;
  const { counts } = draft.wave(header.wave);
  if (counts.staging > 0) return false;
  const verdict = judgeFailures(header.started, header.gates, mayStillReportCount(counts));
  draft.decide(header.wave, verdict);
  draft.setHeader({ staging: unsettledCount(counts) > 0 ? "staged" : "activated" });
  const others = counts.waiting > 0 ? `, ${counts.waiting} get them at the activation` : "";
  const failed = counts.failed > 0 ? `, ${counts.failed} refused them` : "";
  draft.event("rollout.staged", `Staged on ${agents(counts.staged)}${failed}${others}`, { ...counts });
  return true;
}
