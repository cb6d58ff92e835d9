import type { TailRecord } from "../../../protocol/custom/logs.ts";
import { readJson } from "../../lib/read-json.ts";

/** What `Date` can hold. */
const farthestMs = 8.64e15;

const isText = (value: unknown): value is string => typeof value === "string";
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isSource = (value: unknown) => isObject(value) && isText(value.name) && isText(value.title);
const isTime = (value: unknown) =>
  value === null || (typeof value === "number" && Math.abs(value) <= farthestMs);

/** One line of a tail, held to `tailRecord` by hand so that the schemas stay out of the bundle. null = it is none. */
export function readTailRecord(text: string): TailRecord | null {
  const value = readJson(text);
  if (!isObject(value)) return null;
  const { sources, s, note, t, l, c } = value;
  const holds = Array.isArray(sources)
    ? sources.every(isSource)
    : isText(s) && (isText(note) || (s !== "" && isTime(t) && isText(l) && isText(c)));
  return holds ? (value as TailRecord) : null;
}
