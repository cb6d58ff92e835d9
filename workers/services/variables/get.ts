import { listVariables, type VariablePlace } from "../../../db/queries/variables.ts";
import { type EnvironmentId, type FleetId, isId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { pageOf, readCursor } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { environmentScope } from "../scope.ts";
import { type VariableInput, variableScope } from "./scope.ts";
import { variableEtag, variableView } from "./view.ts";

export async function get({ ctx, input }: { ctx: Context; input: VariableInput }) {
  const { row } = await variableScope(ctx, input, "variable.read");
  return { variable: variableView(row), etag: variableEtag(row) };
}

/** By name, then place. */
export async function list({
  ctx,
  input,
}: {
  ctx: Context;
  input: ListInput & { environment: EnvironmentId; name?: string | undefined; fleet?: FleetId | undefined };
}) {
  const environment = await environmentScope(ctx, input.environment, "variable.read");
  const after = readCursor(input.cursor, placeIn);
  const rows = await listVariables(ctx.db, environment.organizationId, environment.id, {
    limit: input.limit,
    ...(after && { after }),
    ...(input.name !== undefined && { name: input.name }),
    ...(input.fleet && { fleet: input.fleet }),
  });
  return pageOf(rows, variableView, ({ name, fleetId, selector }) =>
    JSON.stringify([name, fleetId, selector]),
  );
}

function placeIn(place: unknown): VariablePlace | null {
  if (!Array.isArray(place) || place.length !== 3) return null;
  const [name, fleetId, selector]: unknown[] = place;
  if (typeof name !== "string" || typeof fleetId !== "string" || typeof selector !== "string") return null;
  return fleetId === "" || isId("fleet", fleetId) ? { name, fleetId, selector } : null;
}
