import type { OutboxSource } from "./outbox.ts";

/** The rows of a table `(position INTEGER PRIMARY KEY, message TEXT)`, and the queue that they go to. */
export function tableSource<Message>(
  sql: SqlStorage,
  table: "outbox" | "confirmations",
  queue: Pick<Queue<Message>, "sendBatch">,
  onError: OutboxSource<Message>["onError"],
): OutboxSource<Message> {
  return {
    getBatch: (limit) =>
      sql
        .exec<{ position: number; message: string }>(
          `SELECT position, message FROM ${table} ORDER BY position LIMIT ?`,
          limit,
        )
        .toArray()
        // Written by the block that queued the message.
        .map((row) => ({ position: row.position, message: JSON.parse(row.message) as Message })),
    deleteRows: (upTo) => void sql.exec(`DELETE FROM ${table} WHERE position <= ?`, upTo),
    process: async (messages) => void (await queue.sendBatch(messages.map((body) => ({ body })))),
    onError,
  };
}
