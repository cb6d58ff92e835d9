/** Wrong guesses, counted in the store: all isolates know of them. */
import { createHash } from "node:crypto";
import { GuardFailed, writeUnaudited } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import {
  clearGuesses,
  countGuess,
  guessesOf,
  mayGuess,
  uncountGuess,
} from "../../../db/queries/guess-counts.ts";
import { DomainError } from "../../../domain/errors.ts";
import type { UserId } from "../../../domain/ids.ts";
import { plural } from "../../../domain/plural.ts";
import type { PublicContext } from "../context.ts";

const quarterMs = 15 * 60_000;
const dayMs = 24 * 3_600_000;

export interface Subject {
  /** What the store counts by; nothing personal can be read from it. */
  key: string;
  limit: number;
  /** What was done too often: "wrong passwords for this account". */
  what: string;
  /** Cleared by a right guess. What many share (an address) only gets its own guess back. */
  own: boolean;
  /** How long a count lasts; left out: a quarter of an hour. */
  windowMs?: number;
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A whole office may share an address. null = nobody told the address, so nothing can be counted by it. */
const fromAddress = ({ client }: PublicContext, kind: string, what: string): Subject | null =>
  client.address === ""
    ? null
    : {
        key: `${kind} ${hash(client.address)}`,
        limit: 50,
        what: `${what} from this address`,
        own: false,
      };

/** One who knows the account's name may guess its password so often. */
export const byAccount = (email: string): Subject => ({
  key: `account ${hash(email.toLowerCase())}`,
  limit: 10,
  what: "wrong passwords for this account",
  own: true,
});

export const bySecondFactor = (userId: UserId): Subject => ({
  key: `second-factor ${userId}`,
  limit: 10,
  what: "wrong codes for this account",
  own: true,
});

/**
 * Beside the quarter of an hour: whoever knows the password, and goes on at that pace, would hit one of a million
 * codes within a year or two.
 */
export const bySecondFactorOfDay = (userId: UserId): Subject => ({
  key: `second-factor-day ${userId}`,
  limit: 30,
  what: "wrong codes for this account",
  own: true,
  windowMs: dayMs,
});

/** Mails that anybody may have sent to an address by knowing it. */
export const byRecipient = (email: string): Subject => ({
  key: `mail ${hash(email.toLowerCase())}`,
  limit: 5,
  what: "mails to this address",
  own: false,
});

export const byAddress = (ctx: PublicContext) => fromAddress(ctx, "address", "wrong guesses");
export const bySignUps = (ctx: PublicContext) => fromAddress(ctx, "sign-up", "sign-ups");
export const byResets = (ctx: PublicContext) => fromAddress(ctx, "reset", "password resets");
export const bySsoStarts = (ctx: PublicContext) =>
  fromAddress(ctx, "sso-start", "sign-ins by single sign-on");
export const byDeviceRequests = (ctx: PublicContext) => fromAddress(ctx, "device", "sign-ins of devices");

/** Codes that devices show, typed in by a person. */
export const byUserCodes = (userId: UserId): Subject => ({
  key: `user-code ${userId}`,
  limit: 10,
  what: "wrong codes of devices",
  own: true,
});

/**
 * Runs `attempt`, which answers null for a wrong guess. The guess is counted before it is known to be wrong, so that
 * guesses sent at once count too; a right one clears the account's count, a failure of ours takes it back.
 * Refuses with `rate_limited` when a subject has guessed wrong too often.
 */
export async function guess<T>(
  ctx: PublicContext,
  given: readonly (Subject | null)[],
  attempt: () => Promise<T | null>,
): Promise<T | null> {
  const subjects = given.filter((one) => one !== null);
  const write = (one: (subject: Subject) => Statement) =>
    writeUnaudited(ctx.db, "counting guesses", subjects.map(one));
  await countUse(ctx, subjects);
  let value: T | null;
  try {
    value = await attempt();
  } catch (error) {
    await write(({ key }) => uncountGuess(ctx.db, key));
    throw error;
  }
  if (value !== null) {
    await write(({ key, own }) => (own ? clearGuesses(ctx.db, key) : uncountGuess(ctx.db, key)));
  }
  return value;
}

/** Counts one use by each subject. Refuses with `rate_limited`, and counts nothing, when one has none left. */
export async function countUse(ctx: PublicContext, given: readonly (Subject | null)[]): Promise<void> {
  const subjects = given.filter((one) => one !== null);
  if (subjects.length === 0) return;
  const nowMs = ctx.clock.now();
  try {
    await writeUnaudited(
      ctx.db,
      "counting guesses",
      subjects.map(({ key, windowMs = quarterMs }) => countGuess(ctx.db, key, nowMs, nowMs + windowMs)),
      subjects.map(({ key, limit }) => ({ name: "subject", holds: mayGuess(key, limit, nowMs) })),
    );
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    return refuseFirst(ctx, subjects, nowMs);
  }
}

async function refuseFirst(ctx: PublicContext, subjects: readonly Subject[], nowMs: number): Promise<never> {
  const rows = await guessesOf(
    ctx.db,
    subjects.map(({ key }) => key),
  );
  const full = subjects
    .map((subject) => ({ ...subject, row: rows.find((row) => row.subject === subject.key) }))
    .find(({ row, limit }) => row && row.count >= limit && row.resetsAt > nowMs);
  const seconds = Math.max(1, Math.ceil(((full?.row?.resetsAt ?? nowMs) - nowMs) / 1000));
  const period = full?.windowMs === dayMs ? "24 hours" : "15 minutes";
  const what = full ? `${full.limit} ${full.what} are allowed in ${period}` : "Too many attempts at once";
  throw new DomainError({
    code: "rate_limited",
    detail: `${what}. Try again in ${plural(seconds, "second")}.`,
    retryAfterSeconds: seconds,
  });
}
