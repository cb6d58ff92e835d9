import { type Generation, openGeneration, readAt } from "./generations.ts";
import { type Place, proofBytes, proofOf, startOf } from "./place.ts";

/** Nobody searches further back for lines. */
const searchedBytes = 64 * 1024 * 1024;
const blockBytes = 64 * 1024;

/** Where to begin, so that about `lines` lines follow; null = as many as are searched. null answer = nothing is there. */
export async function placeBefore(
  all: readonly Generation[],
  lines: number | null,
): Promise<{ generation: Generation; place: Place } | null> {
  let left = lines ?? Number.POSITIVE_INFINITY;
  let budget = searchedBytes;
  let begin: { generation: Generation; place: Place } | null = null;
  for (const generation of all.toReversed()) {
    const offset = await offsetBefore(generation, left, budget);
    if (offset === null) continue;
    begin = { generation, place: await placeAt(generation, offset.at) };
    left -= offset.lines;
    budget -= generation.size - offset.at;
    if (offset.at > 0 || left <= 0 || budget <= 0) break;
  }
  return begin;
}

/** The beginning of the line that has `lines` line ends behind it, or the file's; null = the file has gone. */
async function offsetBefore(
  { path, size }: Generation,
  lines: number,
  budget: number,
): Promise<{ at: number; lines: number } | null> {
  if (lines === 0) return { at: size, lines: 0 };
  const file = await openGeneration(path);
  if (!file) return null;
  try {
    let found = 0;
    const lowest = Math.max(0, size - budget);
    for (let end = size; end > lowest; ) {
      const begin = Math.max(lowest, end - blockBytes);
      const block = await readAt(file, begin, end - begin);
      for (let at = block.lastIndexOf(10); at !== -1; at = at === 0 ? -1 : block.lastIndexOf(10, at - 1)) {
        // The end of the very last line begins none.
        if (begin + at === size - 1) continue;
        found++;
        if (found === lines) return { at: begin + at + 1, lines: found };
      }
      end = begin;
    }
    return { at: lowest, lines: found + 1 };
  } finally {
    await file.close();
  }
}

async function placeAt({ path, inode }: Generation, offset: number): Promise<Place> {
  const file = offset > 0 ? await openGeneration(path) : null;
  if (!file) return startOf(inode);
  try {
    const before = await readAt(file, Math.max(0, offset - proofBytes), Math.min(offset, proofBytes));
    return { inode, offset, proof: proofOf(before) };
  } finally {
    await file.close();
  }
}
