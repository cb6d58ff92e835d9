import { setTimeout as sleep } from "node:timers/promises";

/** The longest pause between two looks: ten a second stay well within every caller's rate. */
const maxPauseMs = 100;

/** Waits for a condition; a value that is neither false, null nor undefined ends the waiting. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeoutMs = 90_000,
): Promise<Exclude<Awaited<T>, false | null | undefined>> {
  const deadline = Date.now() + timeoutMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
    const value = await condition();
    if (value !== false && value !== null && value !== undefined) {
      return value as Exclude<Awaited<T>, false | null | undefined>;
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(pauseMs);
  }
}
