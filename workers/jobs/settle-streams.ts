import type { OutboxMessage } from "../../protocol/rpc/outbox.ts";
import type { Platform } from "../services/context.ts";
import { checkStreamRight } from "../services/exec/check-right.ts";
import { settleStream } from "../services/exec/settle.ts";

const maxRetryDelaySeconds = 300;

/** Writes down how streams ended, and ends those whose viewers lost the right; leaves every other message alone. */
export async function settleStreams(
  platform: Platform,
  messages: readonly Message<OutboxMessage>[],
): Promise<void> {
  for (const message of messages) {
    const { body, attempts } = message;
    if (body.kind !== "stream" && body.kind !== "stream_right") continue;
    try {
      if (body.kind === "stream") await settleStream(platform, body);
      else await checkStreamRight(platform, body);
      message.ack();
    } catch (error) {
      const { kind, streamId } = body;
      platform.log.error("what a stream told was not carried out", { kind, streamId, attempts }, error);
      message.retry({ delaySeconds: Math.min(2 ** attempts, maxRetryDelaySeconds) });
    }
  }
}
