import { refuse } from "../../domain/errors.ts";
import { lineMatcher } from "../../domain/logs/logs.ts";
import type { KeptLine } from "../../protocol/api/logs.ts";
import type { ReadKeptLogs } from "../../protocol/rpc/agent-logs.ts";
import { type Batch, readBatch } from "./batch.ts";
import type { LogStore } from "./log-store.ts";

/** So much is searched for one page, however few lines are found: packed, and unpacked. */
const searchedBytes = 2 * 1024 * 1024;
const unpackedTimes = 8;
/** Of text: a page ends behind the line with which it has so much. */
const pageChars = 1024 * 1024;
/** No batch has so many lines: the index of a line is this many times its batch's place in the segment, and its own in the batch. */
const indexesPerBatch = 8192;

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
  let chars = 0;
  for (const segment of store.segments(from.segment)) {
    if (source !== undefined && !segment.sources.includes(source)) continue;
    if (sinceMs !== null && segment.lastMs < sinceMs) continue;
    if (untilMs !== null && segment.firstMs >= untilMs) continue;
    const end = segment.id === from.segment ? from.index : Number.MAX_SAFE_INTEGER;
    const pageEnd = (index: number) => ({ items, nextCursor: cursorText({ segment: segment.id, index }) });
    for (const [place, { atMs: cameMs, packed }] of [...store.batches(segment.id).entries()].reverse()) {
      const first = place * indexesPerBatch;
      if (first >= end) continue;
      if (left <= 0) return pageEnd(Math.min(end, first + indexesPerBatch));
      const batch = await readBatch(packed);
      left -= Math.max(packed.byteLength, Math.ceil(batch.unpackedBytes / unpackedTimes));
      const lines = linesOf(batch, cameMs);
      for (let i = Math.min(lines.length, end - first) - 1; i >= 0; i--) {
        const line = lines[i];
        if (!line || (source !== undefined && line.source !== source)) continue;
        const isGap = line.dropped > 0;
        if (isGap ? text !== null || !matches(line.atMs, "") : !matches(line.atMs, line.text)) continue;
        if (items.length === limit || chars >= pageChars) return pageEnd(first + i + 1);
        const { atMs, ...rest } = line;
        items.push({ at: new Date(atMs).toISOString(), ...rest });
        chars += line.text.length;
      }
    }
  }
  return { items, nextCursor: null };
}

type Line = Omit<KeptLine, "at"> & { atMs: number };

/** As they came; what a quota kept away stands before the lines of the batch that told it. */
const linesOf = ({ dropped, lines }: Batch, cameMs: number): Line[] => [
  ...Object.entries(dropped).map(([source, count]) => ({
    atMs: cameMs,
    source,
    stream: null,
    text: "",
    dropped: count,
  })),
  ...lines.map(({ t, s, o, l }) => ({ atMs: t ?? cameMs, source: s, stream: o, text: l, dropped: 0 })),
];

const cursorText = ({ segment, index }: Before) => `${segment}.${index}`;

function readCursor(text: string | undefined): Before {
  if (text === undefined) return { segment: Number.MAX_SAFE_INTEGER, index: Number.MAX_SAFE_INTEGER };
  const match = /^(\d{1,16})\.(\d{1,16})$/.exec(text);
  if (match) return { segment: Number(match[1]), index: Number(match[2]) };
  return refuse("validation_failed", "The cursor is none of ours: send `nextCursor` of the page before", [
    { path: "cursor", message: "is no cursor of kept logs" },
  ]);
}
