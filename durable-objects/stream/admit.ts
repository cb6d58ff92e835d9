import type { StreamPrincipal } from "../../protocol/rpc/streams.ts";
import type { StreamStore } from "./store.ts";

/** Why a ticket lets nobody in, as an HTTP status and words; null = it does, and counts no more. */
export function admit(
  store: StreamStore,
  hasAgent: boolean,
  ticket: StreamPrincipal,
): { status: number; text: string } | null {
  const { record } = store;
  const facts = record?.facts;
  if (
    !record ||
    facts?.streamId !== ticket.str ||
    facts.organizationId !== ticket.org ||
    facts.fleetId !== ticket.flt ||
    facts.agentId !== ticket.agt ||
    facts.kind !== ticket.kind
  ) {
    return { status: 404, text: "There is no such stream: open one" };
  }
  if (record.end) return { status: 409, text: `The stream has ended (${record.end.reason}): open another` };
  if (ticket.side === "agent" && hasAgent) {
    return { status: 409, text: "The agent is on this stream already" };
  }
  if (!store.spendTicket(ticket.jti)) {
    return { status: 401, text: "The ticket was used before: it counts once. Ask for another" };
  }
  return null;
}
