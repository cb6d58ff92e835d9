import type { OutboxMessage } from "../../protocol/rpc/outbox.ts";
import type { Platform } from "../services/context.ts";
import { projectOutbox } from "./project-outbox.ts";

/** With the 100 retries of `wrangler.toml`, a store that is down for three days loses nothing. */
const maxRetryDelaySeconds = 3_600;

/**
 * Projects a batch of the fleets' outbox into the store. When the whole batch cannot be written, each message is
 * tried alone, so that one bad message holds nobody else up; what fails is delivered again later.
 */
export async function consumeOutbox(
  platform: Platform,
  batch: Pick<MessageBatch<OutboxMessage>, "messages">,
): Promise<void> {
  const newId = () => platform.ids.make("ledgerEntry");
  const project = (messages: readonly Message<OutboxMessage>[]) =>
    projectOutbox(
      platform.db,
      messages.map((message) => message.body),
      newId,
      platform.clock.now(),
    );
  try {
    await project(batch.messages);
    for (const message of batch.messages) message.ack();
    return;
  } catch (error) {
    platform.log.error(
      "a batch of the outbox could not be written",
      {
        messages: batch.messages.length,
      },
      error,
    );
  }
  for (const message of batch.messages) {
    try {
      await project([message]);
      message.ack();
    } catch (error) {
      const delaySeconds = Math.min(2 ** message.attempts, maxRetryDelaySeconds);
      platform.log.error(
        "a message of the outbox could not be written",
        {
          key: message.body.key,
          attempts: message.attempts,
        },
        error,
      );
      message.retry({ delaySeconds });
    }
  }
}
