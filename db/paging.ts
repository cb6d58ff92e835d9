/** One page of rows, and whether there are more. */
export interface Slice<T> {
  rows: T[];
  more: boolean;
}

/** Cuts the one row off that was read beyond the limit. */
export function slice<T>(rows: T[], limit: number): Slice<T> {
  return { rows: rows.slice(0, limit), more: rows.length > limit };
}
