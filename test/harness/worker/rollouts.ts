/** What tests of whole rollouts say again and again. */
import { vi } from "vitest";
import { sha256Hex } from "../../../domain/configs/hash.ts";
import { hashFiles } from "../../../domain/configs/render.ts";
import type { RolloutId } from "../../../domain/ids.ts";
import { isTerminal } from "../../../domain/rollouts/states.ts";
import type { RolloutDetail } from "../../../protocol/api/rollouts.ts";
import type { RolloutOrder } from "../../../protocol/rpc/fleet.ts";
import type { FakeAgent } from "../fake-agent.ts";
import { type FleetWorld, stubOf, until, value } from "./fleet-world.ts";
import { fileName, order } from "./orders.ts";

/** The hash of the one file that `order(content)` gives. */
export const hashOf = (content: string): string =>
  hashFiles([{ name: fileName, contentType: "text/plain", sha256: sha256Hex(content) }]);

export const applies = (agent: FakeAgent, hash: string): void => {
  agent.applying(hash);
  agent.applied(hash);
};
export const rolloutOf = async (world: FleetWorld, id: RolloutId): Promise<RolloutDetail> =>
  value(await stubOf(world.scope).getRollout(world.scope, id));

export const ended = (world: FleetWorld, id: RolloutId): Promise<RolloutDetail> =>
  until(
    () => rolloutOf(world, id),
    ({ state }) => isTerminal(state),
  );

export async function start(world: FleetWorld, content: string, changes: Partial<RolloutOrder> = {}) {
  const placed = order(content, changes);
  value(await stubOf(world.scope).startRollout(world.scope, placed));
  return placed;
}

/** Everybody runs `content`. */
export async function settleOn(world: FleetWorld, content: string): Promise<void> {
  const { id } = await start(world, content);
  const end = await ended(world, id);
  if (end.state !== "succeeded") throw new Error(`${content} is ${end.state}: ${end.reason}`);
}

/** The fleet's clock, moved; the platform's own timestamps stay. `vi.useRealTimers()` takes it back. */
export function pass(seconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
}
