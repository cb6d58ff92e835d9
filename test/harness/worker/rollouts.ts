/** What tests of whole rollouts say again and again. */
import { vi } from "vitest";
import type { RolloutId } from "../../../domain/ids.ts";
import type { RolloutDetail } from "../../../protocol/api/rollouts.ts";
import type { RolloutOrder } from "../../../protocol/rpc/fleet.ts";
import { type FleetWorld, stubOf, value } from "./fleet-world.ts";
import { order, rollOut } from "./orders.ts";

export const rolloutOf = async (world: FleetWorld, id: RolloutId): Promise<RolloutDetail> =>
  value(await stubOf(world.scope).getRollout(world.scope, id));

export async function start(world: FleetWorld, content: string, changes: Partial<RolloutOrder> = {}) {
  const placed = order(content, changes);
  value(await stubOf(world.scope).startRollout(world.scope, placed));
  return placed;
}

/** Everybody runs `content`. */
export const settleOn = (world: FleetWorld, content: string): Promise<void> => rollOut(world, order(content));

/** The fleet's clock, moved; the platform's own timestamps stay. `vi.useRealTimers()` takes it back. */
export function pass(seconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
}
