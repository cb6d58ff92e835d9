import { listRollouts, type RolloutRow } from "../../../db/queries/rollouts.ts";
import type { FleetId, RolloutId } from "../../../domain/ids.ts";
import { isTerminal, type RolloutState, rolloutStates } from "../../../domain/rollouts/states.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import { type FleetAddress, tryFleet } from "../fleets/ask.ts";
import type { ListInput } from "../list-input.ts";
import { fleetScope } from "../scope.ts";
import { rolloutView } from "./view.ts";

/** Newest first. Those that have not ended are told by the fleet's object, since the projection may lag. */
export async function list({
  ctx,
  input,
}: {
  ctx: Context;
  input: ListInput & { fleet: FleetId; state?: Wanted | undefined };
}) {
  const fleet = await fleetScope(ctx, input.fleet, "rollout.read");
  const before = idCursor("rollout", input.cursor);
  const found = await listRollouts(ctx.db, fleet.organizationId, fleet.id, {
    limit: input.limit,
    ...(before && { before }),
    ...(input.state && { states: statesToLookAt(input.state) }),
  });
  const live = new Map<RolloutId, Rollout>();
  const unended = found.rows.filter((row) => !isTerminal(row.state));
  await Promise.all(unended.map((row) => askLive(ctx, fleet, row, live)));
  const page = pageOf(
    found,
    (row) => live.get(row.id) ?? rolloutView(row),
    (row) => row.id,
  );
  const { state } = input;
  if (!state) return page;
  const isWanted = (one: Rollout) => (state === "open" ? !isTerminal(one.state) : one.state === state);
  return { ...page, items: page.items.filter(isWanted) };
}

type Wanted = RolloutState | "open";

const unendedStates = rolloutStates.filter((state) => !isTerminal(state));

/** The store may lag behind the fleet, so that one of these may have any other of them by now. They are few. */
const statesToLookAt = (state: Wanted): readonly RolloutState[] =>
  state !== "open" && isTerminal(state) ? [state] : unendedStates;

async function askLive(ctx: Context, fleet: FleetAddress, row: RolloutRow, live: Map<RolloutId, Rollout>) {
  const asked = await tryFleet(ctx, fleet, (stub, scope) => stub.getRollout(scope, row.id));
  if (asked.ok) live.set(row.id, asked.value);
}
