import type { z } from "zod";
import { page } from "../protocol/api/shared.ts";
import type { Input, Item, ListName } from "../protocol/client/index.ts";
import type { Cli } from "./cli.ts";
import type { Client, Query } from "./client.ts";
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
  input: Input<K> & { query: { limit: number } },
): Promise<Listed<Item<K>>>;
export async function collect<S extends z.ZodType>(
  client: Client,
  path: string,
  item: S,
  query: Query & { limit: number; cursor?: string | undefined },
): Promise<Listed<z.output<S>>>;
export async function collect(
  client: Client,
  path: string,
  item: z.ZodType | { query: Query & { limit: number } },
  old?: Query & { limit: number },
): Promise<Listed<unknown>> {
  const query = old ?? (item as { query: Query & { limit: number } }).query;
  const items: unknown[] = [];
  let cursor = (query.cursor as string | undefined) ?? null;
  do {
    const part = {
      ...query,
      limit: Math.min(pageSize, query.limit - items.length),
      cursor: cursor ?? undefined,
    };
    const found = (
      old
        ? await client.get(path, page(item as z.ZodType), part)
        : await client.call(path as "GET /v1/fleets/{fleet}/agents", {
            ...(item as Input<"GET /v1/fleets/{fleet}/agents">),
            query: part as never,
          })
    ) as Listed<unknown>;
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
