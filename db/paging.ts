/** One page of rows, and whether there are more. */
export interface Slice<T> {
  rows: T[];
  more: boolean;
}

/** Cuts the one row off that was read beyond the limit. */
export function slice<T>(rows: T[], limit: number): Slice<T> {
  return { rows: rows.slice(0, limit), more: rows.length > limit };
}

/** A statement takes 100 parameters; some are left for what else it asks. */
const namesPerStatement = 90;

/** Asks for many names in as few statements as may be. */
export async function inChunks<N, R>(names: readonly N[], ask: (some: N[]) => Promise<R[]>): Promise<R[]> {
  const chunks: N[][] = [];
  for (let at = 0; at < names.length; at += namesPerStatement) {
    chunks.push(names.slice(at, at + namesPerStatement));
  }
  return (await Promise.all(chunks.map(ask))).flat();
}
