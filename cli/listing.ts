import type { Input, Item, ListName } from "../protocol/client/index.ts";
import type { Cli } from "./cli.ts";
import type { Client } from "./client.ts";
import { type Column, table } from "./table.ts";

export interface Listed<T> {
  items: T[];
  nextCursor: string | null;
}

const pageSize = 200;

/** Follows the cursors until `limit` items are there. */
export async function collect<K extends ListName>(
  client: Client,
  operation: K,
  input: Input<K> & { query: { limit: number; cursor?: string | undefined } },
): Promise<Listed<Item<K>>> {
  const { query } = input;
  const items: Item<K>[] = [];
  let cursor = query.cursor ?? null;
  do {
    const limit = Math.min(pageSize, query.limit - items.length);
    // The same input, of which `Input<K>` has been checked, with another page.
    const part = { ...input, query: { ...query, limit, cursor: cursor ?? undefined } } as never;
    const found = (await client.call(operation, part)) as Listed<Item<K>>;
    items.push(...found.items);
    cursor = found.nextCursor;
  } while (cursor !== null && items.length < query.limit);
  return { items, nextCursor: cursor };
}

/** Prints a list; `empty` says what to do when there is nothing yet. */
export function showList<T>(cli: Cli, list: Listed<T>, columns: Column<T>[], empty: string): void {
  cli.output.result(list, (style) => (list.items.length === 0 ? "" : table(list.items, columns, style)));
  if (cli.output.json) return;
  if (list.items.length === 0) cli.output.note(empty);
  if (list.nextCursor !== null) cli.output.note(`There is more: --cursor ${list.nextCursor}`);
}
