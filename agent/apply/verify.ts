import { setTimeout as sleep } from "node:timers/promises";
import type { ChildContext } from "../child-context.ts";
import type { AgentDriver } from "../drivers/driver.ts";
import { withOutput } from "../program-words.ts";
import type { Verification } from "../settings/supervise.ts";
import { probeOnce } from "./probe.ts";

export interface VerifyPace {
  /** Before the first probe: a signal is delivered later than the call that sends it returns. */
  settleMs: number;
  betweenMs: number;
  /** Probes that must succeed one after another. */
  successes: number;
  probeTimeoutMs: number;
}

const defaultPace: VerifyPace = { settleMs: 300, betweenMs: 300, successes: 2, probeTimeoutMs: 5_000 };

/** Without a probe: how long the process has to stay up. */
const steadyMs = 1_000;
/** Characters of what the program wrote that go into an error text. */
const keptOutput = 2_000;

/**
 * Waits until what was reloaded works. Null = it does; otherwise why not: its end, or the last answer of the probe
 * before the deadline. An end of the process fails at once.
 */
export async function verify(
  driver: AgentDriver,
  verification: Verification | null,
  context: ChildContext,
  pace: VerifyPace = defaultPace,
): Promise<string | null> {
  if (driver.condition().state === "idle") return null;
  const ended = Promise.withResolvers<string>();
  const watch = () => {
    const condition = driver.condition();
    if (condition.state === "backing_off") ended.resolve(condition.error);
  };
  const unsubscribe = driver.onChange(watch);
  watch();
  const over = new AbortController();
  try {
    return await Promise.race([
      ended.promise,
      verification
        ? probeUntil(driver, verification, context, pace, over.signal)
        : sleep(steadyMs, null, { signal: over.signal }),
    ]);
  } finally {
    over.abort();
    unsubscribe();
  }
}

async function probeUntil(
  driver: AgentDriver,
  verification: Verification,
  context: ChildContext,
  pace: VerifyPace,
  over: AbortSignal,
): Promise<string | null> {
  const { failOnOutput } = verification;
  const deadline = Date.now() + verification.timeoutMs;
  let successes = 0;
  let problem: string | null = null;
  await sleep(pace.settleMs, null, { signal: over });
  while (!over.aborted) {
    // The last probe may run past the deadline: cut short, it would hide the answer that says what is wrong.
    const atLeastMs = Math.min(1_000, pace.probeTimeoutMs);
    const timeoutMs = Math.max(atLeastMs, Math.min(pace.probeTimeoutMs, deadline - Date.now()));
    problem = await probeOnce(verification.probe, { ...context, timeoutMs });
    if (!problem && verification.freshWorker && driver.hasFreshWorker?.() === false) {
      problem = "it goes on with its old workers: it did not take the config";
    }
    const output = failOnOutput ? driver.output() : "";
    if (failOnOutput?.test(output)) {
      return withOutput("it refused the config", output.trim().slice(-keptOutput));
    }
    successes = problem ? 0 : successes + 1;
    if (successes >= pace.successes) return null;
    if (Date.now() + pace.betweenMs >= deadline) break;
    await sleep(pace.betweenMs, null, { signal: over });
  }
  const seconds = verification.timeoutMs / 1000;
  return `not well within ${seconds} s: ${problem ?? "it answered well, but not twice in a row"}`;
}
