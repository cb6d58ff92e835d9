import type { OutboxMessage } from "../../protocol/rpc/outbox.ts";
import type { Platform } from "../services/context.ts";
import { carryOutRepair } from "../services/drift/carry-out.ts";

const maxRetryDelaySeconds = 300;

/** Carries out the repairs that fleets' drift policies asked for; leaves every other message alone. */
export async function carryOutRepairs(
  platform: Platform,
  messages: readonly Message<OutboxMessage>[],
): Promise<void> {
  for (const message of messages) {
    const { body, attempts } = message;
    if (body.kind !== "drift") continue;
    try {
      await carryOutRepair(platform, body);
      message.ack();
    } catch (error) {
      const facts = { rolloutId: body.rolloutId, attempts };
      platform.log.error("a repair could not be carried out", facts, error);
      message.retry({ delaySeconds: Math.min(2 ** attempts, maxRetryDelaySeconds) });
    }
  }
}
