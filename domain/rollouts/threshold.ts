import { askConfirmations } from "./confirmations.ts";
import { unsettledCount } from "./counts.ts";
import type { Draft } from "./draft.ts";
import { hold, lift } from "./holds.ts";
import { closedNow } from "./opening.ts";
import { stop } from "./rollback.ts";
import type { RolloutHeader } from "./rollout.ts";

/** What may start next: a wave, or the activation of what a blue/green wave has staged. */
export interface Threshold {
  kind: "wave" | "activation";
  wave: number;
}

/** null = a wave is under way, or the rollout is. */
export function thresholdOf(header: RolloutHeader): Threshold | null {
  if (header.state !== "running" && header.state !== "paused") return null;
  if (header.staging === "staged") return { kind: "activation", wave: header.wave };
  const newest = header.waves[header.wave];
  if (newest && newest.endedAt === null) return null;
  return { kind: "wave", wave: header.wave + 1 };
}

/** A person must let it start, and nobody did yet. */
export function needsPromotion(header: RolloutHeader, { kind, wave }: Threshold): boolean {
  const { strategy } = header;
  if (header.promoted >= wave) return false;
  if (strategy.kind === "canary") return strategy.promotion === "manual" && wave > 0;
  return strategy.kind === "blue-green" && strategy.activation === "manual" && kind === "activation";
}

/** What a person can let pass: a promotion, a gate with too little to judge by, or the rest of a pause. */
export function isPromotable(header: RolloutHeader): boolean {
  if (header.hold === "person") return false;
  const threshold = thresholdOf(header);
  if (isOverrulable(header)) return true;
  return threshold !== null && (header.nextWaveAt !== null || needsPromotion(header, threshold));
}

/** Held by a gate that has too little to judge by; not by limits, which nobody overrules. */
export function isOverrulable(header: RolloutHeader): boolean {
  if (header.hold !== "inconclusive") return false;
  const wave = header.waves[header.wave];
  return thresholdOf(header) !== null || (wave !== undefined && unsettledCount(wave.counts) === 0);
}

/** Whether `resume` changes anything: a promotion and closed windows are not a person's pause. */
export function isResumable(header: RolloutHeader): boolean {
  return header.hold === "person" || isOverrulable(header);
}

/** In order: the pause is over, windows and freezes, a person's promotion, outside systems. Answers whether it may start. */
export function mayCross(draft: Draft, threshold: Threshold): boolean {
  const { header } = draft;
  if (header.hold === "person") return false;
  if (header.nextWaveAt !== null) {
    if (draft.nowMs < header.nextWaveAt) return false;
    draft.setHeader({ nextWaveAt: null, reason: null });
  }
  const next = nameOf(header, threshold);
  const closed = closedNow(draft);
  if (closed !== null) {
    hold(draft, "window", `${closed}. ${next} starts then`);
    return false;
  }
  if (needsPromotion(header, threshold)) {
    hold(draft, "promotion", `${next} waits for a person to promote it`);
    return false;
  }
  const asked = askConfirmations(draft, threshold);
  switch (asked.verdict) {
    case "waits":
      lift(draft, asked.text);
      if (header.reason !== asked.text) draft.setHeader({ reason: asked.text });
      return false;
    case "holds":
      hold(draft, "inconclusive", asked.text, { gate: "webhook", text: asked.text, inputs: {} });
      return false;
    case "fails":
      draft.decide(header.wave < 0 ? null : header.wave, {
        verdict: "fail",
        gate: "webhook",
        text: asked.text,
      });
      stop(draft, `Stopped: ${asked.text}`);
      return false;
    case "confirmed":
      lift(draft, `${next} may start`);
      return true;
  }
}

function nameOf({ waves }: RolloutHeader, { kind, wave }: Threshold): string {
  return kind === "activation" ? "The activation" : `Wave ${wave + 1} of ${waves.length}`;
}
