import type { HandOver } from "../packages/part.ts";
import type { AgentState, ApplyStep } from "../state-file.ts";

/** A config is tried again after one interruption, and given up at the second. */
const maxAttempts = 2;
const stepsBeforeTouching: ReadonlySet<ApplyStep> = new Set(["downloading", "staging", "validating"]);

export interface Interruption {
  /** What runs may have other files or programs than the last good ones. */
  touched: boolean;
  /** Why the config is given up; null = it is tried once more. */
  reason: string | null;
}

/** What a kill, a stop or an agent that did not stay left of an apply. */
export function interruption(
  { attempt, error, step }: NonNullable<AgentState["applying"]>,
  handOver: HandOver | undefined,
): Interruption {
  const touched = !stepsBeforeTouching.has(step);
  if (handOver?.state === "returned") return { touched, reason: handOver.reason };
  if (step === "restoring") return { touched, reason: error ?? "the config was refused" };
  if (attempt < maxAttempts) return { touched, reason: null };
  const times = `interrupted ${attempt} times, last while ${step}`;
  return { touched, reason: `${times}; the config before it was restored` };
}
