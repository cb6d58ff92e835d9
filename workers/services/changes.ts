import type { Receipt } from "../../protocol/api/shared.ts";

/** What differs in these fields, as receipts and audit rows have it: `<noun>.<field>`. */
export function differences<T extends object>(
  noun: string,
  before: T,
  after: T,
  fields: readonly (keyof T & string)[],
): Receipt["changes"] {
  return fields
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({ path: `${noun}.${field}`, before: before[field], after: after[field] }));
}
