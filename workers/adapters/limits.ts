import {
  type Lease,
  leftOf,
  type RateState,
  type RateTerms,
  reachedRate,
} from "../../domain/tenancy/rate-windows.ts";
import type { LimitsRpc } from "../../protocol/rpc/limits.ts";
import type { Clock } from "./clock.ts";

/** Who is counted: a caller within a subject (an organization, or a person who has none). */
export interface Limited {
  subject: string;
  caller: string;
  terms: RateTerms;
}

/** Where the limits stand; null = nobody could tell, so nothing is refused. */
export type Taken = { allowed: boolean; state: RateState } | null;

export interface Limits {
  /** Takes one request out of what is left. */
  take(who: Limited): Promise<Taken>;
  look(who: Limited): Promise<RateState | null>;
}

/** For installations without the object: nothing is limited. */
export const noLimits: Limits = { take: async () => null, look: async () => null };

interface Held {
  tokens: number;
  lot: number;
  waiting: number;
  lease: Lease | null;
  pending: Promise<void> | null;
  askAgainAtMs: number;
}

const firstLot = 5;
/** A lot grows with demand up to this part of the limit. */
const largestPart = 20;
const waitMs = 1_000;
const askAgainAfterMs = 5_000;
const maxHeld = 5_000;
/** The object's clock may be behind ours: a lot that has ended by ours alone would be asked for again and again. */
const shortestLeaseMs = 1_000;

/**
 * Takes requests out of lots that the subject's object leases to this isolate, so that most requests ask nobody. When
 * the object does not answer in a second, requests pass, and it is asked again five seconds later.
 */
export function leasedLimits(objectOf: (subject: string) => LimitsRpc, clock: Clock): Limits {
  const held = new Map<string, Held>();

  function heldOf({ subject, caller }: Limited): Held {
    const key = `${subject} ${caller}`;
    const known = held.get(key);
    if (known) return known;
    if (held.size >= maxHeld) held.clear();
    const fresh: Held = { tokens: 0, lot: firstLot, waiting: 0, lease: null, pending: null, askAgainAtMs: 0 };
    held.set(key, fresh);
    return fresh;
  }

  async function lease(who: Limited, one: Held): Promise<void> {
    try {
      const wanted = Math.max(one.lot, one.waiting);
      const object = objectOf(who.subject);
      const got = await withinMs(object.lease(who.caller, who.terms, wanted), waitMs);
      one.tokens = got.granted;
      one.lease = { ...got, resetsAtMs: Math.max(got.resetsAtMs, clock.now() + shortestLeaseMs) };
      one.lot = Math.min(one.lot * 2, Math.max(1, Math.ceil(who.terms.caller / largestPart)));
    } catch {
      // Limits protect the service; they must not be what stops it.
      one.lease = null;
      one.askAgainAtMs = clock.now() + askAgainAfterMs;
    }
  }

  return {
    async take(who) {
      const one = heldOf(who);
      one.waiting++;
      try {
        for (;;) {
          const nowMs = clock.now();
          if (one.lease && one.lease.resetsAtMs <= nowMs) {
            Object.assign(one, { lease: null, tokens: 0, lot: firstLot });
          }
          if (one.lease && one.tokens > 0) {
            one.tokens--;
            return { allowed: true, state: withUnused(one.lease, one.tokens) };
          }
          if (one.lease && reachedRate(one.lease)) return { allowed: false, state: one.lease };
          if (nowMs < one.askAgainAtMs) return null;
          one.pending ??= lease(who, one).finally(() => {
            one.pending = null;
          });
          await one.pending;
        }
      } finally {
        one.waiting--;
      }
    },
    async look(who) {
      try {
        const state = await withinMs(objectOf(who.subject).look(who.caller, who.terms), waitMs);
        return withUnused(state, held.get(`${who.subject} ${who.caller}`)?.tokens ?? 0);
      } catch {
        return null;
      }
    },
  };
}

/** What this isolate holds was given out, but not used. */
function withUnused(state: RateState, tokens: number): RateState {
  const used = (name: "caller" | "organization") => ({
    limit: state[name].limit,
    used: Math.max(0, state[name].limit - leftOf(state[name]) - tokens),
  });
  return { caller: used("caller"), organization: used("organization"), resetsAtMs: state.resetsAtMs };
}

async function withinMs<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
