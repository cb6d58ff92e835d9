import { emptyConfigHash } from "../configs/render.ts";
import type { AgentId, ReleaseId, RolloutId } from "../ids.ts";
import type { RolloutAgentState } from "./states.ts";

/** The last thing an agent said about its remote config. */
export interface ConfigReport {
  hash: string;
  status: "applying" | "applied" | "failed";
}

/** Where one agent stands in one rollout. Values are never mutated. All times are epoch ms by the fleet's clock. */
export interface AgentProgress {
  /** Index of the agent's wave, 0 = first. */
  readonly wave: number;
  /** Its place in the wave, 0 = first. */
  readonly position: number;
  /** The hash that the rollout's release gives this agent. */
  readonly target: string;
  /** The hash that it ran when the plan was made; "" = none of ours. */
  readonly previous: string;
  readonly previousReleaseId: ReleaseId | null;
  readonly state: RolloutAgentState;
  /** When `state` began. */
  readonly since: number;
  /** Last offer of the target; null = the candidate was never offered to this agent. */
  readonly offeredAt: number | null;
  /** Start of the unbroken time in which the agent was connected and not unhealthy after APPLIED; null = broken, or not applied. */
  readonly soakFrom: number | null;
  readonly report: ConfigReport | null;
  readonly connected: boolean;
  /** null = the agent does not report health. */
  readonly healthy: boolean | null;
  readonly revoked: boolean;
  /** It has left the fleet for good. */
  readonly deleted: boolean;
  /** It takes files in ahead of the offer. */
  readonly canStage: boolean;
  readonly error: string | null;
}

/** The part of an agent's progress that its row keeps. The rest follows from the row's other columns. */
export interface StoredProgress {
  rolloutId: RolloutId;
  wave: number;
  target: string;
  previous: string;
  previousReleaseId: ReleaseId | null;
  state: RolloutAgentState;
  since: number;
  offeredAt: number | null;
  soakFrom: number | null;
  error: string | null;
}

export type Agents = ReadonlyMap<AgentId, AgentProgress>;

/** The hash that takes the agent back: what it ran, or "no files" when it ran none of ours. */
export function returnHash(progress: { previous: string }): string {
  return progress.previous === "" ? emptyConfigHash : progress.previous;
}

/** An agent that does not report health counts as healthy while it stays connected. */
export function isWell(progress: AgentProgress): boolean {
  return progress.connected && progress.healthy !== false;
}

const unsettled: ReadonlySet<RolloutAgentState> = new Set([
  "waiting",
  "staging",
  "staged",
  "offered",
  "applying",
  "applied",
]);

export function isSettled(state: RolloutAgentState): boolean {
  return !unsettled.has(state);
}

/** Was offered the candidate, and its verdict is still open. */
export function isInFlight({ state }: AgentProgress): boolean {
  return state === "offered" || state === "applying" || state === "applied";
}

/** Was offered the candidate and is still here to be judged or returned. */
export function isReached({ offeredAt, revoked }: AgentProgress): boolean {
  return offeredAt !== null && !revoked;
}

/** Counts against `maxUnavailable`: in flight, or reached and now offline or unhealthy. */
export function isUnavailable(progress: AgentProgress): boolean {
  return isInFlight(progress) || (isReached(progress) && !isWell(progress));
}
