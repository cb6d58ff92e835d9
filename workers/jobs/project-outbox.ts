import { writeUnaudited } from "../../db/batch.ts";
import type { Database, Statement } from "../../db/client.ts";
import { insertEvent } from "../../db/queries/events.ts";
import { projectCurrentRelease, projectRollout, setCurrentRelease } from "../../db/queries/rollouts.ts";
import { insertLedgerEntry } from "../../db/queries/usage.ts";
import type { AgentId, EventId, FleetId, Id, OrganizationId, RolloutId } from "../../domain/ids.ts";
import type { OutboxMessage } from "../../protocol/rpc/outbox.ts";
import { summaryOf } from "../services/rollouts/view.ts";

/** What one message of the outbox changes in the store. Repeated or late, it changes nothing more. */
export function statementsFor(
  db: Database,
  message: OutboxMessage,
  newLedgerEntryId: () => Id<"ledgerEntry">,
  nowMs: number,
): Statement[] {
  if (message.kind === "usage") {
    const { organizationId, fleetId, hour, meter, quantity, sequence, recordedAtMs } = message;
    return [
      insertLedgerEntry(db, organizationId, {
        id: newLedgerEntryId(),
        fleetId,
        hour,
        meter,
        quantity,
        sequence,
        recordedAt: recordedAtMs,
      }),
    ];
  }
  // Not history: `carryOutRepair`, `settleStream` and `checkStreamRight` do it.
  if (message.kind === "drift" || message.kind === "stream" || message.kind === "stream_right") return [];
  const { event, rollout } = message;
  // The fleet's object made these ids; the wire's types only say "string".
  const organizationId = event.organizationId as OrganizationId;
  const fleetId = event.fleetId as FleetId;
  const eventId = event.id as EventId;
  const statements = [
    insertEvent(db, organizationId, {
      id: eventId,
      fleetId,
      type: event.type,
      at: Date.parse(event.at),
      agentId: event.agentId as AgentId | null,
      rolloutId: event.rolloutId as RolloutId | null,
      actor: event.actor,
      summary: event.summary,
      data: event.data,
    }),
  ];
  if (rollout) {
    const summary = summaryOf(rollout);
    statements.push(projectRollout(db, organizationId, rollout.id as RolloutId, eventId, summary, nowMs));
    if (message.currentReleaseId !== undefined) {
      statements.push(setCurrentRelease(db, organizationId, fleetId, eventId, message.currentReleaseId));
    } else if (rollout.state === "succeeded") {
      statements.push(projectCurrentRelease(db, organizationId, fleetId));
    }
  }
  return statements;
}

/** One atomic write for a batch of messages. */
export async function projectOutbox(
  db: Database,
  messages: readonly OutboxMessage[],
  newLedgerEntryId: () => Id<"ledgerEntry">,
  nowMs: number,
): Promise<void> {
  const statements = messages.flatMap((message) => statementsFor(db, message, newLedgerEntryId, nowMs));
  if (statements.length > 0) await writeUnaudited(db, "history from a fleet", statements);
}
