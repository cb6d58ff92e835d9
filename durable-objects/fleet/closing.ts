/** The end of a fleet whose organization is deleted: closed while it may come back, then erased. */
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import { closeQuietly } from "../shared/sockets.ts";
import { disconnect } from "./agent-orders.ts";
import type { FleetParts } from "./assembly.ts";
import type { Closed } from "./store.ts";

const reason = "The organization of this fleet is deleted";
/** Agents come back by themselves when the organization does. */
const retryAfterSeconds = 600;

/** What an agent is told at the door; null = it may come in. */
export function closedAnswer(closed: Closed | null): Response | null {
  switch (closed) {
    case null:
      return null;
    case "deleted":
      return new Response(reason, { status: 503, headers: { "retry-after": String(retryAfterSeconds) } });
    case "erased":
      return new Response(`${reason} for good`, { status: 401 });
  }
}

/** One that is erased stays so. */
export function setClosed(ctx: DurableObjectState, parts: FleetParts, closed: boolean): void {
  const { store, commits } = parts;
  if (store.closed === "erased" || (store.closed === "deleted") === closed) return;
  commits.commit((tx) => {
    if (closed) {
      for (const agent of store.agents.values()) disconnect(tx, parts, agent, reason);
      parts.streams.onClosed(tx);
      parts.logs.onClosed(tx);
      tx.after(() => sendAway(ctx));
    }
    // After the disconnections, which may throw: memory must not say what the rolled back row does not.
    store.setClosed(closed ? "deleted" : null);
  });
}

function sendAway(ctx: DurableObjectState): void {
  for (const socket of ctx.getWebSockets()) closeQuietly(socket, 1001, reason);
}

/** Drops every row and starts anew with one word: a credential that is still valid must not bring the fleet back. */
export async function erase(ctx: DurableObjectState, parts: FleetParts, scope: FleetScope): Promise<void> {
  if (parts.store.closed === "erased") return;
  sendAway(ctx);
  await ctx.storage.deleteAlarm();
  await ctx.storage.deleteAll();
  await parts.wake();
  parts.adopt(scope);
  parts.store.setClosed("erased");
}
