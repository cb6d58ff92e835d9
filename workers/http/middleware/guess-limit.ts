import { DomainError } from "../../../domain/errors.ts";
import { plural } from "../../../domain/plural.ts";

/** Wrong guesses that one account, or one address, may make within the window. */
const limits = [10, 50] as const;
const windowMs = 15 * 60_000;
const maxEntries = 10_000;

const wrong = new Map<string, { count: number; resetsAtMs: number }>();

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
    const entry = wrong.get(key);
    if (!entry || entry.resetsAtMs <= nowMs || entry.count < (limits[i] ?? 0)) return;
    const seconds = Math.ceil((entry.resetsAtMs - nowMs) / 1000);
    throw new DomainError({
      code: "rate_limited",
      detail: `${entry.count} wrong guesses, and ${limits[i]} are allowed in 15 minutes. Try again in ${plural(seconds, "second")}.`,
      retryAfterSeconds: seconds,
    });
  });
  // Counted before the attempt, so that guesses sent at once count too.
  for (const key of counted) count(key, nowMs, 1);
  try {
    const value = await attempt();
    wrong.delete(`account ${account}`);
    if (address !== "") count(`address ${address}`, nowMs, -1);
    return value;
  } catch (error) {
    const guessedWrong = error instanceof DomainError && error.refusal.code === "invalid_credentials";
    if (!guessedWrong) for (const key of counted) count(key, nowMs, -1);
    throw error;
  }
}

function count(key: string, nowMs: number, by: 1 | -1): void {
  const entry = wrong.get(key);
  if (entry && entry.resetsAtMs > nowMs) {
    entry.count += by;
    return;
  }
  if (by < 0) return;
  if (wrong.size >= maxEntries) wrong.clear();
  wrong.set(key, { count: 1, resetsAtMs: nowMs + windowMs });
}
