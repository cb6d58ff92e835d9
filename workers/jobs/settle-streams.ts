import type { OutboxMessage } from "../../protocol/rpc/outbox.ts";
import type { Platform } from "../services/context.ts";
import { settleStream } from "../services/exec/settle.ts";

const maxRetryDelaySeconds = 300;

/** Writes down how streams ended; leaves every other message alone. */
export async function settleStreams(
  platform: Platform,
  messages: readonly Message<OutboxMessage>[],
): Promise<void> {
  for (const message of messages) {
    const { body, attempts } = message;
    if (body.kind !== "stream") continue;
    try {
      await settleStream(platform, body);
      message.ack();
    } catch (error) {
      platform.log.error("a stream's end could not be written", { streamId: body.streamId, attempts }, error);
      message.retry({ delaySeconds: Math.min(2 ** attempts, maxRetryDelaySeconds) });
    }
  }
}
