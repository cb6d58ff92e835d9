import { refuse } from "../../domain/errors.ts";
import { lineMatcher } from "../../domain/logs/logs.ts";
import type { KeptLine } from "../../protocol/api/logs.ts";
import type { ReadKeptLogs } from "../../protocol/rpc/agent-logs.ts";
import { readBatch } from "./batch.ts";
import type { LogStore } from "./log-store.ts";

/** Of log rows, packed: so much is searched for one page, however few lines are found. */
const searchedBytes = 2 * 1024 * 1024;

/** Where the next page goes on: before the line of this index in this segment. */
interface Before {
  segment: number;
  index: number;
}

/** The newest first. A page ends when it is full, or when enough was searched for it. */
export async function searchLogs(
  store: LogStore,
  query: ReadKeptLogs,
): Promise<{ items: KeptLine[]; nextCursor: string | null }> {
  const { sinceMs = null, untilMs = null, source, text = null, limit } = query;
  const matches = lineMatcher({ sinceMs, untilMs, text, ignoreCase: true });
  const from = readCursor(query.cursor);
  const items: KeptLine[] = [];
  let left = searchedBytes;
  for (const segment of store.segments(from.segment)) {
    if (source !== undefined && !segment.sources.includes(source)) continue;
    if (sinceMs !== null && segment.lastMs < sinceMs) continue;
    if (untilMs !== null && segment.firstMs >= untilMs) continue;
    const last = segment.id === from.segment ? from.index : Number.MAX_SAFE_INTEGER;
    if (left <= 0) return { items, nextCursor: cursorText({ segment: segment.id, index: last }) };
    const { lines, bytes } = await linesOf(store, segment.id);
    left -= bytes;
    for (let index = Math.min(lines.length, last) - 1; index >= 0; index--) {
      const line = lines[index];
      if (!line || (source !== undefined && line.source !== source)) continue;
      const isGap = line.dropped > 0;
      if (isGap ? text !== null || !matches(line.atMs, "") : !matches(line.atMs, line.text)) continue;
      if (items.length === limit)
        return { items, nextCursor: cursorText({ segment: segment.id, index: index + 1 }) };
      const { atMs, ...rest } = line;
      items.push({ at: new Date(atMs).toISOString(), ...rest });
    }
  }
  return { items, nextCursor: null };
}

type Line = Omit<KeptLine, "at"> & { atMs: number };

/** As they came; what a quota kept away stands before the lines of the batch that told it. */
async function linesOf(store: LogStore, id: number): Promise<{ lines: Line[]; bytes: number }> {
  const lines: Line[] = [];
  let bytes = 0;
  for (const { atMs, packed } of store.batches(id)) {
    bytes += packed.byteLength;
    const batch = await readBatch(packed);
    for (const [source, dropped] of Object.entries(batch.dropped)) {
      lines.push({ atMs, source, stream: null, text: "", dropped });
    }
    for (const { t, s, o, l } of batch.lines) {
      lines.push({ atMs: t ?? atMs, source: s, stream: o, text: l, dropped: 0 });
    }
  }
  return { lines, bytes };
}

const cursorText = ({ segment, index }: Before) => `${segment}.${index}`;

function readCursor(text: string | undefined): Before {
  if (text === undefined) return { segment: Number.MAX_SAFE_INTEGER, index: Number.MAX_SAFE_INTEGER };
  const match = /^(\d{1,16})\.(\d{1,16})$/.exec(text);
  if (match) return { segment: Number(match[1]), index: Number(match[2]) };
  return refuse("validation_failed", "The cursor is none of ours: send `nextCursor` of the page before", [
    { path: "cursor", message: "is no cursor of kept logs" },
  ]);
}
