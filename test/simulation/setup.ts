import type { UserId } from "../../domain/ids.ts";
import type { ActiveChoice, Freeze, MaintenanceWindow, Policy } from "../../domain/rollouts/policy.ts";
import type { Gates, Strategy } from "../../domain/rollouts/rollout.ts";
import type { Behaviour, Meter } from "./agents.ts";

export type Label = "a" | "b";

export interface AgentSetup {
  behaviour: Behaviour;
  meter: Meter;
  label: Label;
  connected: boolean;
  canStage: boolean;
  /** Runs none of ours yet. */
  first: boolean;
  /** The first release failed on it before. */
  latched: boolean;
  /** Runs the first release already. */
  current: boolean;
}

export interface OrderSetup {
  /** A release of its own, or the way back from the newest rollout that has ended. */
  kind: "release" | "revert";
  whom: "all" | Label;
  strategy: Strategy;
  gates: Gates;
  autoRevert: boolean;
  startInSeconds: number | null;
  windows: MaintenanceWindow[];
  onActive: ActiveChoice;
  /** Index in `people`; null = nobody knows who. */
  author: number | null;
}

/** A fleet and what is asked of it. */
export interface Setup {
  agents: AgentSetup[];
  orders: OrderSetup[];
  /** The first is in force from the start; the others may take its place. */
  policies: Policy[];
}

/** A Monday, 06:00 UTC. */
export const startMs = Date.UTC(2026, 10, 2, 6);
export const hashBefore = "hash-of-what-ran-before";
export const targetOf = (order: number) => `hash-of-release-${order + 1}`;
export const people: UserId[] = ["usr_00000000000000000000000001", "usr_00000000000000000000000002"];

/** By the plain reading of the words, for windows in UTC alone. */
export function isOpen(
  windowSets: readonly (readonly MaintenanceWindow[])[],
  freezes: readonly Freeze[],
  atMs: number,
): boolean {
  if (freezes.some(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)) return false;
  return windowSets.every((windows) => windows.length === 0 || windows.some((window) => isIn(window, atMs)));
}

const names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

function isIn({ days, from, to }: MaintenanceWindow, atMs: number): boolean {
  const time = new Date(atMs).toISOString().slice(11, 16);
  const dayOf = (ms: number) => names[new Date(ms).getUTCDay()] as (typeof names)[number];
  const today = days.includes(dayOf(atMs));
  if (from < to) return today && from <= time && time < to;
  const yesterday = days.includes(dayOf(atMs - 86_400_000));
  return (today && from <= time) || (yesterday && time < to);
}
