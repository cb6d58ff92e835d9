import { readJson } from "../../lib/read-json.ts";

export interface CastSize {
  cols: number;
  rows: number;
}

export type CastEvent =
  | { seconds: number; type: "output"; text: string }
  | { seconds: number; type: "resize"; size: CastSize };

/** A recorded session: what its terminal was told, in order. */
export interface Cast {
  size: CastSize;
  events: CastEvent[];
  /** Where something is missing, as the recording says itself. */
  notes: string[];
}

/** What a terminal may be drawn as; a recording says it of itself. */
const mostCells = 1_000;

function sizeOf(cols: unknown, rows: unknown): CastSize | null {
  const holds = [cols, rows].every((value) => Number.isInteger(value) && Number(value) >= 1);
  return holds ? { cols: Math.min(Number(cols), mostCells), rows: Math.min(Number(rows), mostCells) } : null;
}

function eventOf(value: unknown): { seconds: number; type: string; text: string } | null {
  if (!Array.isArray(value)) return null;
  const [seconds, type, text]: unknown[] = value;
  const holds = typeof seconds === "number" && seconds >= 0 && typeof type === "string";
  return holds && typeof text === "string" ? { seconds, type, text } : null;
}

/**
 * An asciicast of version 2. A line that cannot be read is left out, as the last one may be cut; time never goes back.
 * null = this is none.
 */
export function readCast(text: string): Cast | null {
  const [first = "", ...lines] = text.split("\n");
  const header = readJson(first) as { version?: unknown; width?: unknown; height?: unknown } | null;
  const size = header?.version === 2 ? sizeOf(header.width, header.height) : null;
  if (size === null) return null;
  const cast: Cast = { size, events: [], notes: [] };
  let now = 0;
  for (const line of lines) {
    const event = eventOf(readJson(line));
    if (event === null) continue;
    now = Math.max(now, event.seconds);
    if (event.type === "o") cast.events.push({ seconds: now, type: "output", text: event.text });
    else if (event.type === "m") cast.notes.push(event.text);
    else if (event.type === "r") {
      const [, cols, rows] = /^(\d{1,5})x(\d{1,5})$/.exec(event.text) ?? [];
      const resized = sizeOf(Number(cols), Number(rows));
      if (resized) cast.events.push({ seconds: now, type: "resize", size: resized });
    }
  }
  return cast;
}

/** When each event is shown, in seconds; no pause before one is longer than `longestPause`. */
export function timesOf({ events }: Cast, longestPause = Number.POSITIVE_INFINITY): number[] {
  let before = 0;
  let at = 0;
  return events.map(({ seconds }) => {
    at += Math.min(seconds - before, longestPause);
    before = seconds;
    return at;
  });
}
