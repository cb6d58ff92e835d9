import { fitting, plural } from "../plural.ts";
import { overruleConfirmations } from "./confirmations.ts";
import type { Draft } from "./draft.ts";
import { agents, judgeFailures } from "./gates.ts";
import { stop } from "./rollback.ts";
import type { Observation } from "./rollout.ts";
import { isOverrulable, isPromotable, thresholdOf } from "./threshold.ts";
import { closeWave } from "./waves.ts";

type Said<Kind> = Extract<Observation, { kind: Kind }>;

const whoOf = ({ actor, name }: { actor: string; name?: string }) => name ?? actor;
const waveOf = ({ header }: Draft) => (header.wave < 0 ? null : header.wave);

export function start(draft: Draft): void {
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
  if (known.verdict === "pass") return;
  const text = `${agents(header.totals.rejected)} failed on this very config before and would not be offered it; ${known.text}`;
  draft.decide(null, { ...known, text });
  stop(draft, text);
}

export function pause(draft: Draft, said: Said<"pause">): void {
  const { header } = draft;
  const mayPause = header.state === "running" || (header.state === "paused" && header.hold !== "person");
  if (!mayPause) return;
  draft.setHeader({
    state: "paused",
    hold: "person",
    reason: "Paused by a person: no further agent is offered the release until it is resumed",
  });
  draft.decide(waveOf(draft), { verdict: "hold", gate: "person", text: `${whoOf(said)} paused the rollout` });
  draft.event("rollout.paused", "Paused: no further agent is offered the release", {}, said.actor);
}

/** Ends a person's pause, and whatever kept it before is looked at again; or overrules a gate that is inconclusive. */
export function resume(draft: Draft, said: Said<"resume" | "promote">): void {
  const { header } = draft;
  if (isOverrulable(header)) {
    overrule(draft, said);
    return;
  }
  if (header.hold !== "person") return;
  draft.setHeader({ state: "running", hold: null, reason: null, cursor: 0 });
  draft.progress();
  draft.event("rollout.resumed", "Resumed", {}, said.actor);
  draft.decide(waveOf(draft), {
    verdict: "info",
    gate: "person",
    text: `${whoOf(said)} resumed the rollout`,
  });
  draft.wakeAt(draft.nowMs + header.gates.progressDeadlineSeconds * 1000);
}

function overrule(draft: Draft, said: Said<"resume" | "promote">): void {
  const { header } = draft;
  draft.setHeader({ state: "running", hold: null, reason: null });
  draft.event("rollout.resumed", "Resumed", {}, said.actor);
  const isAwaited = thresholdOf(header) !== null;
  const without = isAwaited ? "the rollout go on without a confirmation" : "the wave pass without evidence";
  draft.decide(waveOf(draft), {
    verdict: "pass",
    gate: "person",
    text: `${whoOf(said)} let ${without}`,
  });
  if (isAwaited) overruleConfirmations(draft);
  else closeWave(draft, { overruled: true });
}

export function promote(draft: Draft, said: Said<"promote">): void {
  const { header } = draft;
  if (!isPromotable(header)) return;
  if (isOverrulable(header)) {
    overrule(draft, said);
    return;
  }
  const threshold = thresholdOf(header);
  if (!threshold) return;
  const what =
    header.nextWaveAt !== null
      ? "ended the pause before the next wave"
      : threshold.kind === "activation"
        ? "promoted the rollout: what is staged may be activated"
        : `promoted the rollout: wave ${threshold.wave + 1} may start`;
  draft.decide(waveOf(draft), { verdict: "pass", gate: "person", text: `${whoOf(said)} ${what}` });
  draft.setHeader({ promoted: threshold.wave, nextWaveAt: null });
}

export function abort(draft: Draft, said: Said<"abort">): void {
  const { header } = draft;
  if (header.state === "rolling_back" || header.aborted) return;
  draft.setHeader({ aborted: true });
  draft.event(
    "rollout.abort_requested",
    "Abort: the release is offered to nobody from now on",
    {},
    said.actor,
  );
  draft.decide(waveOf(draft), {
    verdict: "fail",
    gate: "person",
    text: `${whoOf(said)} aborted the rollout`,
  });
  stop(draft, "A person aborted it");
}

/** Another rollout takes its place: as an abort without return. One that rolls back ends first. */
export function supersede(draft: Draft, { by }: Said<"supersede">): void {
  const { header } = draft;
  if (header.state !== "running" && header.state !== "paused") return;
  draft.setHeader({ aborted: true, supersededBy: by });
  const text = `Superseded by ${by}`;
  draft.decide(waveOf(draft), { verdict: "fail", gate: "succession", text });
  stop(draft, text);
}

/** Windows and freezes hold at once, also what is under way. */
export function changePolicy(draft: Draft, { policy }: Said<"policy">): void {
  if (JSON.stringify(policy) === JSON.stringify(draft.header.policy)) return;
  draft.setHeader({ policy, opening: null });
}

export function overrideFreeze(draft: Draft, said: Said<"override-freeze">): void {
  if (draft.header.freezeOverride !== null) return;
  const { actor, reason } = said;
  draft.setHeader({ freezeOverride: { actor, reason }, opening: null });
  draft.decide(waveOf(draft), {
    verdict: "pass",
    gate: "window",
    text: `${whoOf(said)} lets the rollout go on in freezes: ${reason}`,
  });
}
