/**
 * Logs of agents, under the custom capability `logsCapability` (`agent.ts`). A tail travels over a stream (`streams.ts`,
 * kind `logs`) while somebody looks. What a fleet keeps is shipped to an object of the agent's own: the agent dials
 * `logShippingPath` with its credential while there is something to ship.
 */
import { z } from "zod";
import {
  maxLineChars,
  maxRetentionDays,
  maxSources,
  maxTailLines,
  parseSource,
  sourceHint,
  sourceNameChars,
} from "../../domain/logs/logs.ts";

export const sourceName = z
  .string()
  .max(sourceNameChars)
  .refine((text) => parseSource(text) !== null, { error: sourceHint });

/** Where a reader stands in one source: made by the agent, read by it alone. */
export const cursorText = z.string().max(512);

/** The `spec` of an `open` message of the kind `logs`. */
export const tailSpec = z.object({
  /** None = the program and the containers of this agent. */
  sources: z.array(sourceName).max(maxSources),
  /** Epoch ms; see `LineFilter`. */
  sinceMs: z.number().int().nullable(),
  untilMs: z.number().int().nullable(),
  text: z.string().min(1).max(1_000).nullable(),
  ignoreCase: z.boolean(),
  /** The last lines that match, of each source; null = all that the agent can tell of. Not where there is a cursor. */
  lines: z.number().int().min(0).max(maxTailLines).nullable(),
  /** Goes on with what is written from now on. */
  follow: z.boolean(),
  /** By source: go on after this line. */
  cursors: z.record(z.string(), cursorText),
});
export type TailSpec = z.infer<typeof tailSpec>;

/** What an agent can show, as the first record of a tail tells it. */
export const sourceInfo = z.object({
  name: z.string(),
  /** For people: the program's name, the state of a container. */
  title: z.string(),
});
export type SourceInfo = z.infer<typeof sourceInfo>;

/** What `Date` can hold. */
const epochMs = z.number().min(-8.64e15).max(8.64e15);
const source = z.string().min(1).max(sourceNameChars);

/** A line, by short names since there are many. */
export const lineRecord = z.object({
  /** Epoch ms; null = nobody knows. */
  t: epochMs.nullable(),
  /** Source. */
  s: source,
  o: z.enum(["stdout", "stderr"]).nullable(),
  /** What was cut says so at its end. */
  l: z.string().max(maxLineChars + 64),
  /** Cursor behind this line. */
  c: cursorText,
});
export type LineRecord = z.infer<typeof lineRecord>;

/** Channel `stdout` of a stream of the kind `logs`: a JSON object a line. */
export const tailRecord = z.union([
  lineRecord,
  z.object({ sources: z.array(sourceInfo) }),
  /** Of one source, where the tail goes on: what was lost, or why there is no more of it. */
  z.object({ s: z.string(), note: z.string() }),
]);
export type TailRecord = z.infer<typeof tailRecord>;

/**
 * Server to agent, type `ship`, data = JSON: at each connection of an agent whose fleet keeps logs, and at each change.
 * `enabled` false = stop.
 */
export const shipMessage = z.object({
  enabled: z.boolean(),
  /** A name may end in `*`. */
  sources: z.array(z.string().max(sourceNameChars)).max(maxSources),
  /** When shipping begins anew, so far back and no further. */
  retentionDays: z.number().int().min(1).max(maxRetentionDays),
});
export type ShipMessage = z.infer<typeof shipMessage>;

/** A WebSocket, with the agent's credential in `Authorization`. */
export const logShippingPath = "/v1/log-shipping";

/**
 * Agent to server: a binary frame is a gzip of JSON lines, a `batchHead` and then `shippedLine`s. The server answers each
 * with a `shipAnswer`, in order; the next one comes after it.
 */
export const batchHead = z.object({
  /** Chosen anew whenever the agent's place in its logs is lost. */
  run: z.string().min(8).max(40),
  /** Rises with each batch of a run; one that comes again is answered and not stored. */
  batch: z.number().int().min(1),
  /** Lines that a quota kept away since the batch before, by source. */
  dropped: z.record(source, z.number().int().min(1)),
});
export type BatchHead = z.infer<typeof batchHead>;
export const shippedLine = lineRecord.omit({ c: true });
export type ShippedLine = z.infer<typeof shippedLine>;

export const shipAnswer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("stored"), batch: z.number().int() }),
  /** Nothing of this batch was stored, and nothing more will be until then (epoch ms): count what is left out. */
  z.object({ type: z.literal("quota"), batch: z.number().int(), untilMs: z.number() }),
]);
export type ShipAnswer = z.infer<typeof shipAnswer>;

export const shipLimits = {
  /** Of log text in one batch. */
  batchBytes: 256 * 1024,
  /** Of one frame, packed. */
  frameBytes: 512 * 1024,
  linesPerBatch: 5_000,
  /** Different ones, those of lines and of what was dropped together. */
  sourcesPerBatch: 256,
} as const;
