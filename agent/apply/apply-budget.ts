import type { AgentState } from "../state-file.ts";

/** Configs in an hour, where the settings say nothing. */
export const defaultApplyBudget = 120;

const hourMs = 3_600_000;
/** Returns to the config before may go this far beyond the budget, so that it never keeps an agent on a bad one. */
const returnsBeyond = 10;

/** How many configs an agent takes in an hour, however often it is offered others. */
export class ApplyBudget {
  private readonly perHour: number;
  private readonly now: () => number;
  /** Refused for the budget: when it comes again, a person has asked for it again. */
  private refused: string | null = null;

  /** `perHour` 0 = without a limit. */
  constructor(perHour: number, now: () => number = Date.now) {
    this.perHour = perHour;
    this.now = now;
  }

  /** Answers why the config is not taken now, or what to remember of its being taken. */
  take(hash: string, state: Readonly<AgentState>): { refusal: string } | { taken: number[] } {
    const now = this.now();
    const within = (state.taken ?? []).filter((at) => at <= now && at > now - hourMs);
    const returns = state.goodBefore !== undefined && state.goodBefore === hash;
    const allowed = this.perHour + (returns ? returnsBeyond : 0);
    const full = this.perHour > 0 && within.length >= allowed && this.refused !== hash;
    this.refused = full ? hash : null;
    if (!full) return { taken: [...within, now].slice(-(this.perHour + returnsBeyond)) };
    const minutes = Math.max(1, Math.ceil(((within[0] ?? now) + hourMs - now) / 60_000));
    return {
      refusal: `the agent has taken ${within.length} configs within the last hour, and its applyBudget allows ${this.perHour}: it stays with what it runs. Find out what sends so many; then retry this one, or wait ${minutes} min`,
    };
  }
}
