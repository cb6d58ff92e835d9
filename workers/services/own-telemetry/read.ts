import type { FleetId } from "../../../domain/ids.ts";
import type { OwnTelemetry } from "../../../protocol/api/own-telemetry.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { fleetScope } from "../scope.ts";

export const telemetryEtag = (hash: string): string => `"${hash.slice(0, 32)}"`;

/** Where the fleet's agents tell of themselves, and how many do. */
export async function read({
  ctx,
  input,
}: {
  ctx: Context;
  input: { fleet: FleetId };
}): Promise<{ ownTelemetry: OwnTelemetry; etag: string }> {
  const fleet = await fleetScope(ctx, input.fleet, "agent.read");
  const { view, hash } = await askFleet(ctx, fleet, (stub, scope) => stub.ownTelemetry(scope));
  return { ownTelemetry: view, etag: telemetryEtag(hash) };
}
