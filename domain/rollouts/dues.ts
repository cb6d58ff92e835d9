import type { AgentId } from "../ids.ts";
import { unsettledCount } from "./counts.ts";
import type { Draft } from "./draft.ts";
import { judgeEvidence } from "./gates.ts";
import { paceDue } from "./pace.ts";
import type { AgentProgress } from "./progress.ts";
import type { Rollout, RolloutHeader } from "./rollout.ts";
import { isTerminal } from "./states.ts";
import { thresholdOf } from "./threshold.ts";

type Due =
  | "settled"
  /** By itself: until it may be offered or staged files are activated. */
  | "queued"
  /** Nothing but the progress deadline ends the waiting for it. */
  | "stalled"
  | { atMs: number; to: "verified" }
  | { atMs: number; to: "timed_out" | "failed"; error: string };

/** What becomes of an agent of a started wave, and when. */
function dueOf(progress: AgentProgress, { gates, staging, hold }: RolloutHeader): Due {
  const { soakSeconds, applyTimeoutSeconds, progressDeadlineSeconds } = gates;
  switch (progress.state) {
    case "waiting":
    case "staged": {
      const mayBeOffered = staging !== "staging" && staging !== "staged" && hold !== "window";
      return mayBeOffered && !progress.connected ? "stalled" : "queued";
    }
    case "staging":
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

/** The newest wave, and those before it where somebody finished after they had closed. */
function openPlaces({ header }: Pick<Rollout, "header">): number[] {
  const places: number[] = [];
  for (let wave = 0; wave <= header.wave; wave++) {
    if (wave === header.wave || (header.waves[wave]?.counts.applied ?? 0) > 0) places.push(wave);
  }
  return places;
}

/** Settles the agents of started waves (or the ones named) whose time has come, and finds the next due time. */
export function settleDue(draft: Draft, only?: readonly AgentId[]): void {
  const { header } = draft;
  const deadline =
    header.hold === "person" ? null : header.progressAt + header.gates.progressDeadlineSeconds * 1000;
  let isStalling = false;
  const settle = (id: AgentId, progress: AgentProgress) => {
    const due = dueOf(progress, header);
    if (due === "settled" || due === "queued") return;
    if (due === "stalled") {
      if (deadline !== null && draft.nowMs >= deadline) lose(draft, id, progress);
      else isStalling = true;
    } else if (draft.nowMs < due.atMs) {
      draft.wakeAt(due.atMs);
    } else if (due.to === "verified") {
      draft.set(id, progress, { state: "verified" });
    } else {
      draft.set(id, progress, { state: due.to, error: due.error, soakFrom: null });
      if (due.to === "failed") draft.act("latch", [id]);
      draft.progress();
    }
  };
  if (only) {
    for (const id of only) {
      const progress = draft.agent(id);
      if (progress) settle(id, progress);
    }
  } else {
    for (const wave of openPlaces(draft)) {
      for (const [id, progress] of draft.members(wave)) settle(id, progress);
    }
  }
  if (isStalling && deadline !== null) draft.wakeAt(deadline);
}

function lose(draft: Draft, id: AgentId, progress: AgentProgress): void {
  const seconds = draft.header.gates.progressDeadlineSeconds;
  const error =
    progress.state === "waiting" || progress.state === "staged"
      ? `was offline for the ${seconds} s that its wave waited`
      : progress.state === "staging"
        ? `was not heard of about the files to stage for ${seconds} s`
        : `was not heard of about this config for ${seconds} s`;
  draft.set(id, progress, { state: "unreachable", error, soakFrom: null });
}

/** When the next `tick` can change something besides an agent; null = not by time. */
export function headerDue(header: RolloutHeader): number | null {
  const { state, progressAt, gates } = header;
  const deadlineMs = gates.progressDeadlineSeconds * 1000;
  if (state === "rolling_back") return progressAt + deadlineMs;
  if ((state !== "running" && state !== "paused") || header.hold === "person") return null;
  const dues: number[] = [];
  if (header.opening && header.opening.untilMs !== null) dues.push(header.opening.untilMs);
  if (header.nextWaveAt !== null) dues.push(header.nextWaveAt);
  if (header.nextWaveAt === null && header.hold !== "window" && header.hold !== "promotion") {
    for (const { answer, dueAt } of header.confirmations) if (answer === null) dues.push(dueAt);
  }
  // An agent that falls sick meanwhile is waited for first.
  const open = header.waves[header.wave];
  const waitsSince = open && unsettledCount(open.counts) === 0 ? header.measurement?.waitsSince : null;
  if (header.hold === null && typeof waitsSince === "number") dues.push(waitsSince + deadlineMs);
  const pace = paceDue(header);
  if (pace !== null) dues.push(pace);
  return dues.length === 0 ? null : Math.min(...dues);
}

/** When the next `tick` can change something; for a rollout that was read back from rows. */
export function findDue(rollout: Rollout): number | null {
  const { header, waves, agents } = rollout;
  if (isTerminal(header.state)) return null;
  const dues: number[] = [];
  const fromHeader = headerDue(header);
  if (fromHeader !== null) dues.push(fromHeader);
  if (header.state === "running" || header.state === "paused") {
    const deadline = header.progressAt + header.gates.progressDeadlineSeconds * 1000;
    for (const wave of openPlaces(rollout)) {
      for (const id of waves[wave] ?? []) {
        const progress = agents.get(id);
        const due = progress ? dueOf(progress, header) : "settled";
        if (due === "settled" || due === "queued" || (due === "stalled" && header.hold === "person"))
          continue;
        dues.push(due === "stalled" ? deadline : due.atMs);
      }
    }
    if (mayBeSettled(header) || hasOpenedOrClosed(header)) dues.push(header.progressAt);
  }
  return dues.length === 0 ? null : Math.min(...dues);
}

/** The windows are not as they were when somebody last looked. */
function hasOpenedOrClosed(header: RolloutHeader): boolean {
  const { opening, hold, staging, nextWaveAt } = header;
  const isClosed = opening !== null && opening.closed !== null;
  if (hold === "window" || hold === "person" || !isClosed) return hold === "window" && !isClosed;
  if (thresholdOf(header)) return nextWaveAt === null;
  const counts = header.waves[header.wave]?.counts;
  return staging !== "staging" && counts !== undefined && counts.waiting + counts.staged > 0;
}

/** Time that passed while nobody looked may have settled the wave: one look finds out. */
function mayBeSettled({ waves, wave, staging, hold, measurement, gates }: RolloutHeader): boolean {
  const open = waves[wave];
  if (!open || open.endedAt !== null || (measurement && measurement.waitsSince !== null)) return false;
  if (staging === "staging" && open.counts.staging === 0) return hold !== "person";
  if (unsettledCount(open.counts) > 0) return false;
  if (hold === "inconclusive") return judgeEvidence(open.counts, open.reached, gates).verdict === "pass";
  return hold !== "person";
}
