import type { ConfirmationCall } from "../../protocol/api/confirmations.ts";
import type { ConfirmationRequest } from "../../protocol/rpc/confirmations.ts";
import type { Platform } from "../services/context.ts";
import { tryFleet } from "../services/fleets/ask.ts";
import { iso } from "../services/time.ts";
import { signingKeys, webhookKeyRow } from "../services/webhook-keys/keys.ts";
import { callWebhook } from "../services/webhooks/call.ts";
import { signedHeaders } from "../services/webhooks/sign.ts";

const maxRetryDelaySeconds = 300;

/**
 * Asks the targets of webhook gates, all of a batch at once, and tells each fleet the answer. When to ask again is the
 * fleet's decision: a message is only delivered again when the fleet could not be told.
 */
export async function askConfirmations(
  platform: Platform,
  batch: MessageBatch<ConfirmationRequest>,
): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        if (await ask(platform, message.body)) return message.ack();
      } catch (error) {
        const { rolloutId, id } = message.body;
        platform.log.error("a webhook gate could not be asked", { rolloutId, confirmation: id }, error);
      }
      message.retry({ delaySeconds: Math.min(2 ** message.attempts, maxRetryDelaySeconds) });
    }),
  );
}

/** Whether the fleet has heard the answer, or needs none. */
async function ask(platform: Platform, request: ConfirmationRequest): Promise<boolean> {
  const { scope, rolloutId, id, attempt } = request;
  const { organizationId } = scope;
  const keys = signingKeys(platform, organizationId, await webhookKeyRow(platform, organizationId));
  const body = JSON.stringify(callOf(request));
  const headers = await signedHeaders(keys, {
    // The same for a message that is delivered twice, so that a target can tell.
    id: `msg_${rolloutId}_${id}_${attempt}`,
    atMs: platform.clock.now(),
    body,
  });
  const { verdict, text } = await callWebhook(platform, request.url, headers, body);
  const told = await tryFleet(platform, { id: scope.fleetId, organizationId }, (stub, fleet) =>
    stub.answerConfirmation(fleet, rolloutId, { id, attempt, verdict, text }),
  );
  return told.ok || (told.refusal.code !== "unavailable" && told.refusal.code !== "internal");
}

function callOf(request: ConfirmationRequest): ConfirmationCall {
  const { scope, rolloutId, releaseNumber, id, attempt, phase, wave, sentAtMs } = request;
  return {
    type: "rollout.confirmation",
    timestamp: iso(sentAtMs),
    data: { ...scope, rolloutId, releaseNumber, confirmationId: id, attempt, phase, wave },
  };
}
