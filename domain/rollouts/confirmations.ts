import type { Draft } from "./draft.ts";
import type { Confirmation, ConfirmationPhase, Observation, RolloutHeader, WebhookGate } from "./rollout.ts";
import type { Threshold } from "./threshold.ts";

const hourMs = 3_600_000;

export type Asked =
  | { verdict: "confirmed" }
  /** For answers, until then nothing starts. */
  | { verdict: "waits"; text: string }
  | { verdict: "holds"; text: string }
  | { verdict: "fails"; text: string };

/** Which phases a threshold is for: `promotion` before the last wave of a canary, and before blue/green activates. */
function phasesOf({ strategy, waves }: RolloutHeader, { kind, wave }: Threshold): ConfirmationPhase[] {
  if (kind === "activation") return ["promotion"];
  if (wave === 0) return ["start"];
  return strategy.kind === "canary" && wave === waves.length - 1 ? ["wave", "promotion"] : ["wave"];
}

/** Asks the systems that must confirm, asks those again that did not answer in time, and tells how it stands. */
export function askConfirmations(draft: Draft, threshold: Threshold): Asked {
  const { header } = draft;
  const { webhooks } = header.gates;
  const phases = phasesOf(header, threshold);
  const waiting: string[] = [];
  let held: Asked | null = null;
  for (const phase of phases) {
    for (const [gate, webhook] of webhooks.entries()) {
      if (!webhook.on.includes(phase)) continue;
      const now = ask(draft, phase, threshold.wave, gate, webhook);
      const host = hostOf(webhook.url);
      if (now.answer === "unanswered") {
        const said = now.text === "" ? "" : ` (${now.text})`;
        const text = `${host} did not confirm in ${webhook.attempts} attempts${said}`;
        if (webhook.whenUnanswered === "fail") return { verdict: "fails", text };
        // The others are asked again meanwhile: one that is due and left alone would ring the alarm without end.
        held ??= {
          verdict: "holds",
          text: `${text}. Promote to go on without it, or abort; it also goes on if the answer still comes`,
        };
      }
      if (now.answer === null) waiting.push(now.text === "" ? host : `${host} (it says: ${now.text})`);
    }
  }
  if (held) return held;
  if (waiting.length === 0) return { verdict: "confirmed" };
  return { verdict: "waits", text: `Waits for the confirmation of ${waiting.join(", ")}` };
}

function ask(
  draft: Draft,
  phase: ConfirmationPhase,
  wave: number,
  gate: number,
  webhook: WebhookGate,
): Confirmation {
  const { nowMs } = draft;
  const id = `${phase}-${wave}-${gate}`;
  const known = draft.header.confirmations.find((one) => one.id === id);
  if (known && (known.answer !== null || nowMs < known.dueAt)) return known;
  const wasDeferred = known !== undefined && known.deferred === known.attempt;
  const unanswered = known ? known.unanswered + (wasDeferred ? 0 : 1) : 0;
  if (known && unanswered >= webhook.attempts)
    return keep(draft, { ...known, unanswered, answer: "unanswered" });
  const asked = keep(draft, {
    id,
    gate,
    phase,
    attempt: (known?.attempt ?? 0) + 1,
    unanswered,
    deferred: known?.deferred ?? 0,
    answer: null,
    askedAt: nowMs,
    dueAt: nowMs + spacingMs(webhook, unanswered),
    text: known?.text ?? "",
  });
  draft.confirm(asked, phase === "start" ? null : wave);
  return asked;
}

/** The timeout, doubled with each unanswered attempt; up to an hour, where the timeout itself is not longer. */
function spacingMs({ timeoutSeconds }: WebhookGate, unanswered: number): number {
  const firstMs = timeoutSeconds * 1000;
  return Math.max(firstMs, Math.min(hourMs, firstMs * 2 ** unanswered));
}

function keep(draft: Draft, confirmation: Confirmation): Confirmation {
  const others = draft.header.confirmations.filter(({ id }) => id !== confirmation.id);
  draft.setHeader({ confirmations: [...others, confirmation] });
  return confirmation;
}

/**
 * An answer, to any attempt of a question that is still open. Repeated ones change nothing. Answers the text of a
 * refusal, which stops the rollout; null = none.
 */
export function observeConfirmation(
  draft: Draft,
  { id, attempt, verdict, text }: Extract<Observation, { kind: "confirmation" }>,
): string | null {
  const { header, nowMs } = draft;
  const open = header.confirmations.find((one) => one.id === id);
  const webhook = open && header.gates.webhooks[open.gate];
  if (!open || !webhook || (open.answer !== null && open.answer !== "unanswered")) return null;
  const host = hostOf(webhook.url);
  const said = text === "" ? "" : `: ${text}`;
  const wave = header.wave < 0 ? null : header.wave;
  const inputs = { confirmation: id, attempt };
  switch (verdict) {
    case "confirm":
      keep(draft, { ...open, answer: "confirmed", text });
      draft.decide(wave, { verdict: "pass", gate: "webhook", text: `${host} confirmed${said}`, inputs });
      return null;
    case "deny":
      draft.decide(wave, { verdict: "fail", gate: "webhook", text: `${host} refused${said}`, inputs });
      return `${host} refused${said}`;
    case "wait": {
      if (attempt <= open.deferred) return null;
      const dueAt = nowMs + webhook.timeoutSeconds * 1000;
      keep(draft, { ...open, deferred: open.attempt, answer: null, dueAt, text });
      // It may say so for weeks: the log keeps what it says, not how often.
      if (open.deferred > 0 && open.text === text) return null;
      draft.decide(wave, { verdict: "hold", gate: "webhook", text: `${host} asks to wait${said}`, inputs });
      return null;
    }
    case "unanswered":
      if (open.answer === null && open.text !== text) keep(draft, { ...open, text });
      return null;
  }
}

/** A person goes on without the answers. */
export function overruleConfirmations(draft: Draft): void {
  const { confirmations } = draft.header;
  if (!confirmations.some(({ answer }) => answer === "unanswered")) return;
  draft.setHeader({
    confirmations: confirmations.map((one) =>
      one.answer === "unanswered" ? { ...one, answer: "overruled" } : one,
    ),
  });
}

/** Told, not asked: nothing blocks a way back. */
export function tellRollback(draft: Draft): void {
  const { header, nowMs } = draft;
  for (const [gate, { on }] of header.gates.webhooks.entries()) {
    if (!on.includes("rollback")) continue;
    const id = `rollback-${Math.max(0, header.wave)}-${gate}`;
    const once = {
      attempt: 1,
      unanswered: 0,
      deferred: 0,
      answer: null,
      askedAt: nowMs,
      dueAt: nowMs,
      text: "",
    };
    draft.confirm({ id, gate, phase: "rollback", ...once }, null);
  }
}

/** The host of an address that the API has checked. */
function hostOf(url: string): string {
  return /^[a-z]+:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(url)?.[1] ?? url;
}
