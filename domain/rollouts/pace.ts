import type { AgentId } from "../ids.ts";
import { fitting } from "../plural.ts";
import type { Draft } from "./draft.ts";
import { agents, resolveCount } from "./gates.ts";
import { hold, lift } from "./holds.ts";
import { closedNow } from "./opening.ts";
import type { AgentProgress } from "./progress.ts";
import type { RateRamp, RolloutHeader } from "./rollout.ts";

/**
 * Law 1, for whoever checks from outside: no first offer leaves that makes `isUnavailable` true of more agents of the
 * rollout than this. null = the size of the wave alone limits.
 */
export function inFlightLimit({ strategy, changing }: RolloutHeader): number | null {
  if (strategy.kind !== "rolling" || strategy.maxUnavailable === null) return null;
  return resolveCount(strategy.maxUnavailable, changing);
}

/** Offers a minute: rises with the agents that are verified. */
export function offersPerMinute(rate: RateRamp, verified: number): number {
  const risen = rate.perMinute * rate.factor ** Math.floor(verified / rate.everySucceeded);
  return Math.min(rate.maxPerMinute, risen);
}

/** What may leave at once: one second's worth, and at least one. */
export function bucketSize(perMinute: number): number {
  return Math.max(1, perMinute / 60);
}

function rateOf({ strategy }: RolloutHeader): RateRamp | null {
  return strategy.kind === "rolling" ? strategy.rate : null;
}

function tokensAt(header: RolloutHeader, rate: RateRamp, nowMs: number): number {
  const perMinute = offersPerMinute(rate, header.totals.verified);
  const size = bucketSize(perMinute);
  if (header.pace === null) return size;
  const passedMs = Math.max(0, nowMs - header.pace.atMs);
  return Math.min(size, header.pace.tokens + (passedMs * perMinute) / 60_000);
}

/** A float's rounding must not cost an offer. */
const almost = 1e-6;

function budgetAt(header: RolloutHeader, nowMs: number): number {
  const limit = inFlightLimit(header);
  const rate = rateOf(header);
  return Math.min(
    limit === null ? Number.POSITIVE_INFINITY : limit - header.unavailable,
    rate === null ? Number.POSITIVE_INFINITY : Math.floor(tokensAt(header, rate, nowMs) + almost),
  );
}

/** Somebody may wait for a first offer that the strategy's limits alone keep back. */
function mayWait(header: RolloutHeader): boolean {
  const wave = header.waves[header.wave];
  return (
    wave !== undefined &&
    wave.endedAt === null &&
    wave.counts.waiting + wave.counts.staged > 0 &&
    header.staging !== "staging" &&
    header.staging !== "staged" &&
    header.cursor < wave.size
  );
}

/** Waits for its first offer, and is there to take it. */
function isOfferable({ state, connected }: AgentProgress): boolean {
  return connected && (state === "waiting" || state === "staged");
}

/**
 * First offers of the open wave, in the order of the plan, as many as may leave now. The cursor passes each agent once;
 * one that returns sets it back (`waitAgain`). Answers how many were offered.
 */
export function offerWaiting(draft: Draft): number {
  const { header } = draft;
  const mayOffer = header.state === "running" || header.hold === "inconclusive";
  if (!mayOffer || !mayWait(header) || closedNow(draft) !== null) return 0;
  const budget = budgetAt(header, draft.nowMs);
  const ids: AgentId[] = [];
  const size = draft.wave(header.wave).size;
  const passed = draft.passed?.from === header.cursor ? draft.passed : null;
  const after = (place: number) => (place === passed?.from ? passed.to : place + 1);
  for (; header.cursor < size; header.cursor = after(header.cursor)) {
    const [id, progress] = draft.member(header.wave, header.cursor);
    if (!isOfferable(progress)) continue;
    if (ids.length >= budget) break;
    draft.set(id, progress, { state: "offered", offeredAt: draft.nowMs });
    ids.push(id);
  }
  if (ids.length === 0) return 0;
  draft.act("offer", ids);
  if (header.measurement) draft.act("watch", ids);
  const rate = rateOf(header);
  if (rate !== null) {
    const tokens = Math.max(0, tokensAt(header, rate, draft.nowMs) - ids.length);
    draft.setHeader({ pace: { tokens, atMs: draft.nowMs } });
  }
  if (rate !== null || inFlightLimit(header) !== null) draft.setHeader({ progressAt: draft.nowMs });
  if (header.hold === "inconclusive") lift(draft, `the release was offered to ${agents(ids.length)}`);
  draft.wakeAt(header.progressAt + header.gates.progressDeadlineSeconds * 1000);
  return ids.length;
}

/** An agent of the open wave waits for its first offer from now on. */
export function waitAgain(draft: Draft, { position }: AgentProgress): void {
  const { header } = draft;
  if (position >= header.cursor) return;
  draft.passed = { from: position, to: header.cursor };
  header.cursor = position;
}

/** Nobody is in flight any more, and yet too many of the reached ones are offline or unhealthy for one further offer. */
function isBlocked(header: RolloutHeader): boolean {
  const limit = inFlightLimit(header);
  const { offered, applying, applied } = header.started;
  return (
    mayWait(header) && limit !== null && header.unavailable >= limit && offered + applying + applied === 0
  );
}

/** Holds where only a person or agents that come back can make room for further offers. */
export function holdWhereBlocked(draft: Draft): void {
  const { header } = draft;
  if (header.state !== "running" || !isBlocked(header)) return;
  if (draft.nowMs < header.progressAt + header.gates.progressDeadlineSeconds * 1000) return;
  const { unavailable } = header;
  const limit = inFlightLimit(header) ?? 0;
  const text = `${agents(unavailable)} that the rollout reached ${fitting(unavailable, "is", "are")} offline or unhealthy, and maxUnavailable allows ${limit}`;
  hold(
    draft,
    "inconclusive",
    `${text}: it goes on when they are back. Mend them, revoke those that are gone, or abort`,
    {
      gate: "unavailable",
      text,
      inputs: { unavailable, limit },
    },
  );
}

/** When the limits let the next offer leave, or end the waiting; null = not by time. */
export function paceDue(header: RolloutHeader): number | null {
  if (!mayWait(header) || header.state !== "running") return null;
  if (isBlocked(header)) return header.progressAt + header.gates.progressDeadlineSeconds * 1000;
  const rate = rateOf(header);
  const limit = inFlightLimit(header);
  if (rate === null || header.pace === null || (limit !== null && header.unavailable >= limit)) return null;
  const missing = 1 - header.pace.tokens;
  return header.pace.atMs + Math.max(0, (missing * 60_000) / offersPerMinute(rate, header.totals.verified));
}
