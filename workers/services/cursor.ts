import type { Slice } from "../../db/paging.ts";
import { refuse } from "../../domain/errors.ts";
import { type Id, type IdKind, isId } from "../../domain/ids.ts";

/** Cursors are opaque to clients; inside is the id of the last item of the page. */
export function encodeCursor(place: string): string {
  return Buffer.from(place).toString("base64url");
}

function badCursor(): never {
  return refuse("validation_failed", "The cursor is not one of ours. Start again without it.", [
    { path: "cursor", message: "must be the `nextCursor` of a page of this list" },
  ]);
}

export function idCursor<K extends IdKind>(kind: K, cursor: string | undefined): Id<K> | undefined {
  if (cursor === undefined) return undefined;
  const place = Buffer.from(cursor, "base64url").toString();
  return isId(kind, place) ? place : badCursor();
}

export function numberCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const place = Number(Buffer.from(cursor, "base64url").toString() || Number.NaN);
  return Number.isSafeInteger(place) ? place : badCursor();
}

/** A cursor whose place is JSON; `read` answers null for what is none of the list's own. */
export function readCursor<T>(cursor: string | undefined, read: (place: unknown) => T | null): T | undefined {
  if (cursor === undefined) return undefined;
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return badCursor();
  }
  return read(place) ?? badCursor();
}

/** For places that are no id and no number; `shape` is what they look like. */
export function placeCursor(shape: RegExp, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const place = Buffer.from(cursor, "base64url").toString();
  return shape.test(place) ? place : badCursor();
}

/** The page that the API answers. */
export function pageOf<Row, Item>(slice: Slice<Row>, view: (row: Row) => Item, place: (row: Row) => string) {
  const last = slice.rows.at(-1);
  return {
    items: slice.rows.map(view),
    nextCursor: slice.more && last !== undefined ? encodeCursor(place(last)) : null,
  };
}
