export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

/** When waves may start: on these days from `from` to `to` (`HH:MM`, local); `to` at or before `from` is on the next day. */
export interface MaintenanceWindow {
  days: Weekday[];
  from: string;
  to: string;
  /** IANA name, such as `Europe/Berlin`. */
  timeZone: string;
}

/** No wave starts in `[fromMs, untilMs)`, epoch ms. */
export interface Freeze {
  fromMs: number;
  untilMs: number;
  reason: string;
}

/** What an environment asks of every rollout in it. */
export interface Policy {
  /** Another person than the author must approve. */
  protected: boolean;
  /** Any of them must be open; none = always. */
  windows: MaintenanceWindow[];
  freezes: Freeze[];
}

/** What a rollout's author asks, beside the environment's policy. */
export interface Schedule {
  /** Epoch ms; null = as soon as it may. */
  startAtMs: number | null;
  windows: MaintenanceWindow[];
}

/** What becomes of a new rollout while another is active: refused, started after it, or put in its place. */
export const activeChoices = ["refuse", "queue", "supersede"] as const;
export type ActiveChoice = (typeof activeChoices)[number];

export const openPolicy: Policy = { protected: false, windows: [], freezes: [] };
export const noSchedule: Schedule = { startAtMs: null, windows: [] };
