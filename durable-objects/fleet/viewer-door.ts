import { type EventId, isId } from "../../domain/ids.ts";
import { liveSubprotocol } from "../../protocol/live/messages.ts";
import { type ViewerPrincipal, viewerPrincipalHeader } from "../../protocol/rpc/fleet.ts";
import type { FleetParts } from "./assembly.ts";
import { viewerTag } from "./live-feed.ts";

/** `/live?after=evt_…`: lets a signed-in person follow the fleet. */
export function acceptViewer(ctx: DurableObjectState, parts: FleetParts, request: Request): Response {
  const header = request.headers.get(viewerPrincipalHeader);
  if (!header) return new Response("No viewer principal", { status: 401 });
  if (request.headers.get("upgrade") !== "websocket") {
    return new Response("A WebSocket upgrade is expected here", { status: 426 });
  }
  // Written by the API Worker, which authorised the viewer; no other caller can reach this object.
  const principal = JSON.parse(header) as ViewerPrincipal;
  const own = parts.store.scope;
  if (own?.organizationId !== principal.organizationId || own.fleetId !== principal.fleetId) {
    return new Response("There is no such fleet", { status: 404 });
  }
  const after = new URL(request.url).searchParams.get("after");
  if (after !== null && !isId("event", after)) {
    return new Response("after is not an event id: take one from an event", { status: 400 });
  }
  const { 0: client, 1: server } = new WebSocketPair();
  ctx.acceptWebSocket(server, [viewerTag]);
  parts.live.accept(server, principal, after as EventId | null);
  const offered = request.headers.get("sec-websocket-protocol") ?? "";
  const speaks = offered.split(",").some((protocol) => protocol.trim() === liveSubprotocol);
  return new Response(null, {
    status: 101,
    webSocket: client,
    headers: speaks ? { "sec-websocket-protocol": liveSubprotocol } : {},
  });
}
