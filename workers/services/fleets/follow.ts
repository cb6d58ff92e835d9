import { refuse } from "../../../domain/errors.ts";
import type { FleetId } from "../../../domain/ids.ts";
import { fleetPaths, type ViewerPrincipal, viewerPrincipalHeader } from "../../../protocol/rpc/fleet.ts";
import type { Context } from "../context.ts";
import { fleetScope, organizationScope, placeOf } from "../scope.ts";
import { stubOf } from "./ask.ts";

/** A credential may be revoked meanwhile: who follows dials again after so long, and is looked at anew. */
const leaseMs = 15 * 60_000;

/** Hands a viewer's WebSocket over to the fleet's object, with who it is; nothing else of the request goes along. */
export async function follow({
  ctx,
  input,
}: {
  ctx: Context;
  input: { fleet: FleetId; after?: string | undefined; protocols: string | undefined; socket: boolean };
}): Promise<Response> {
  const fleet = await fleetScope(ctx, input.fleet, "event.read");
  // The feed tells of every agent: labels cannot be left out of it one by one.
  organizationScope(ctx, fleet.organizationId, "agent.read", placeOf(fleet));
  if (!input.socket) refuse("upgrade_required", "This is a live feed. Open it as a WebSocket.");
  const { stub, scope } = stubOf(ctx, fleet);
  const expiresAtMs = Math.min(ctx.actor.expiresAtMs ?? Number.POSITIVE_INFINITY, ctx.clock.now() + leaseMs);
  const principal: ViewerPrincipal = { ...scope, actor: ctx.actor.id, expiresAtMs };
  const url = new URL(fleetPaths.live, ctx.publicUrl);
  if (input.after) url.searchParams.set("after", input.after);
  const headers = new Headers({ upgrade: "websocket", [viewerPrincipalHeader]: JSON.stringify(principal) });
  if (input.protocols) headers.set("sec-websocket-protocol", input.protocols);
  return stub.fetch(new Request(url, { headers }));
}
