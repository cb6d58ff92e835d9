import type { Draft } from "./draft.ts";
import type { Decision, Hold } from "./rollout.ts";

const gateOf = {
  person: "person",
  window: "window",
  promotion: "promotion",
  inconclusive: "evidence",
} as const satisfies Record<Hold, string>;

/** Pauses, or changes why it is paused; says so once. `judgement` where a gate other than the hold's own asks for it. */
export function hold(
  draft: Draft,
  kind: Exclude<Hold, "person">,
  reason: string,
  judgement?: Pick<Decision, "gate" | "text" | "inputs">,
): void {
  const { header } = draft;
  if (header.state === "paused" && header.hold === kind && header.reason === reason) return;
  draft.setHeader({ state: "paused", hold: kind, reason });
  const wave = header.wave < 0 ? null : header.wave;
  draft.decide(wave, { verdict: "hold", gate: gateOf[kind], text: reason, ...judgement });
  draft.event("rollout.paused", reason, { hold: kind, ...judgement?.inputs });
}

/** Goes on by itself. */
export function lift(draft: Draft, text: string): void {
  if (draft.header.state !== "paused") return;
  draft.setHeader({ state: "running", hold: null, reason: null, progressAt: draft.nowMs });
  draft.event("rollout.resumed", `Resumed: ${text}`);
}
