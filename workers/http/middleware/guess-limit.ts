import { DomainError } from "../../../domain/errors.ts";
import { plural } from "../../../domain/plural.ts";

/** Wrong guesses that one account, or one address, may make within the window. */
const limits = [10, 50] as const;
/** Sign-ups that one address may try within the window: a whole office that shares it, and no flood. */
const signUps = 50;
const windowMs = 15 * 60_000;
const maxEntries = 10_000;

const counts = new Map<string, { count: number; resetsAtMs: number }>();

/**
 * Lets `attempt` run unless the account or the address has guessed wrong too often. Memory of one isolate only:
 * a floor, not a wall. `[account, address]`; an empty one is not counted.
 */
export async function guessLimit<T>(
  nowMs: number,
  [account, address]: readonly [string, string],
  attempt: () => Promise<T>,
): Promise<T> {
  const counted = [`account ${account}`, `address ${address}`].slice(0, address === "" ? 1 : 2);
  counted.forEach((key, i) => {
    refuseAbove(key, nowMs, limits[i] ?? 0, "wrong guesses");
  });
  // Counted before the attempt, so that guesses sent at once count too.
  for (const key of counted) count(key, nowMs, 1);
  try {
    const value = await attempt();
    counts.delete(`account ${account}`);
    if (address !== "") count(`address ${address}`, nowMs, -1);
    return value;
  } catch (error) {
    const guessedWrong = error instanceof DomainError && error.refusal.code === "invalid_credentials";
    if (!guessedWrong) for (const key of counted) count(key, nowMs, -1);
    throw error;
  }
}

/**
 * Counts every sign-up that an address tries, whatever comes of it: each costs a password's hash, and tells whether
 * there is such an account. An empty address is not counted. Memory of one isolate, like the guesses.
 */
export function signUpLimit(nowMs: number, address: string): void {
  if (address === "") return;
  const key = `sign-up ${address}`;
  refuseAbove(key, nowMs, signUps, "sign-ups from this address");
  count(key, nowMs, 1);
}

function refuseAbove(key: string, nowMs: number, limit: number, what: string): void {
  const entry = counts.get(key);
  if (!entry || entry.resetsAtMs <= nowMs || entry.count < limit) return;
  const seconds = Math.ceil((entry.resetsAtMs - nowMs) / 1000);
  throw new DomainError({
    code: "rate_limited",
    detail: `${entry.count} ${what}, and ${limit} are allowed in 15 minutes. Try again in ${plural(seconds, "second")}.`,
    retryAfterSeconds: seconds,
  });
}

function count(key: string, nowMs: number, by: 1 | -1): void {
  const entry = counts.get(key);
  if (entry && entry.resetsAtMs > nowMs) {
    entry.count += by;
    return;
  }
  if (by < 0) return;
  if (counts.size >= maxEntries) counts.clear();
  counts.set(key, { count: 1, resetsAtMs: nowMs + windowMs });
}
