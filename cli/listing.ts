import type { z } from "zod";
import { page } from "../protocol/api/shared.ts";
import type { Cli } from "./cli.ts";
import type { Client, Query } from "./client.ts";
import { type Column, table } from "./table.ts";

export interface Listed<T> {
  items: T[];
  nextCursor: string | null;
}

const pageSize = 200;

/** Follows the cursors until `limit` items are there. */
export async function collect<S extends z.ZodType>(
  client: Client,
  path: string,
  item: S,
  query: Query & { limit: number; cursor?: string | undefined },
): Promise<Listed<z.output<S>>> {
  const items: z.output<S>[] = [];
  let cursor: string | null = query.cursor ?? null;
  do {
    const limit = Math.min(pageSize, query.limit - items.length);
    const found: Listed<z.output<S>> = await client.get(path, page(item), {
      ...query,
      limit,
      cursor: cursor ?? undefined,
    });
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
