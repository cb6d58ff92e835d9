import { z } from "zod";
import {
  maxDailyMegabytes,
  maxRetentionDays,
  maxSources,
  maxTailLines,
  noShipping,
  parseSource,
  sourceHint,
  sourceNameChars,
} from "../../domain/logs/logs.ts";
import { cursorText, sourceName } from "../custom/logs.ts";
import { id, receipt, timestamp } from "./shared.ts";

const source = sourceName.meta({
  description: "`program`, `container/<name>`, `file/<absolute path>` or `journal/<unit>`",
  example: "program",
});

const text = z.string().min(1).max(1_000);

const maxCursors = 256;

export const tailLogsBody = z.strictObject({
  sources: z
    .array(source)
    .max(maxSources)
    .default([])
    .meta({ description: "None = the program and the containers that the agent runs" }),
  since: timestamp.optional().meta({ description: "Lines from then on" }),
  until: timestamp.optional().meta({ description: "Lines before then" }),
  text: text.optional().meta({ description: "Lines that contain this" }),
  ignoreCase: z.boolean().default(false),
  lines: z
    .number()
    .int()
    .min(0)
    .max(maxTailLines)
    .optional()
    .meta({ description: "The last so many of each source; 100 when nothing says where to begin" }),
  follow: z.boolean().default(true).meta({ description: "Go on with what is written from now on" }),
  cursors: z
    .record(z.string(), cursorText)
    .refine((cursors) => Object.keys(cursors).every((name) => sourceName.safeParse(name).success), {
      error: `has a name that is no source: ${sourceHint}`,
    })
    .refine((cursors) => Object.keys(cursors).length <= maxCursors, {
      error: `names at most ${maxCursors} sources`,
    })
    .default({})
    .meta({ description: "By source: go on after the line that had this cursor" }),
});
export type TailLogsBody = z.infer<typeof tailLogsBody>;

const shippedSource = z
  .string()
  .max(sourceNameChars)
  .refine((name) => parseSource(name.endsWith("*") ? `${name.slice(0, -1)}x` : name) !== null, {
    error: `${sourceHint}; a name may end in *`,
  })
  .meta({ example: "program" });

export const logShippingBody = z.strictObject({
  enabled: z.boolean(),
  sources: z
    .array(shippedSource)
    .min(1)
    .max(maxSources)
    .default(noShipping.sources)
    .meta({ description: "What agents ship of what their own settings let them show" }),
  retentionDays: z.number().int().min(1).max(maxRetentionDays).default(noShipping.retentionDays),
  dailyMegabytes: z
    .number()
    .int()
    .min(1)
    .max(maxDailyMegabytes)
    .default(noShipping.dailyMegabytes)
    .meta({ description: "Of log text, per agent and UTC day; what is beyond it is dropped and counted" }),
});

export const logShipping = z
  .object({
    fleetId: id("fleet"),
    enabled: z.boolean(),
    sources: z.array(z.string()),
    retentionDays: z.number().int(),
    dailyMegabytes: z.number().int(),
    taken: z.boolean().meta({ description: "False while the fleet has not been told of the newest change" }),
  })
  .meta({ id: "LogShipping" });
export type LogShippingView = z.infer<typeof logShipping>;

export const logShippingChanged = z
  .object({ shipping: logShipping, receipt })
  .meta({ id: "LogShippingChanged" });
export type LogShippingChanged = z.infer<typeof logShippingChanged>;

export const keptLogsQuery = z.strictObject({
  source: source.optional().meta({ description: "All sources when left out" }),
  since: timestamp.optional(),
  until: timestamp.optional(),
  q: text.optional().meta({ description: "Lines that contain this, whatever the case" }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(200)
    .meta({ description: "How many lines at most" }),
  cursor: z.string().max(500).optional().meta({ description: "`nextCursor` of the page before" }),
});

export const keptLine = z.object({
  at: timestamp.meta({ description: "When it was written; when it was shipped, where nobody knows" }),
  source: z.string(),
  stream: z.enum(["stdout", "stderr"]).nullable(),
  text: z.string(),
  dropped: z
    .number()
    .int()
    .meta({ description: "Lines of this source that a quota kept away just before this; mostly 0" }),
});
export type KeptLine = z.infer<typeof keptLine>;

export const keptLogs = z
  .object({
    agentId: id("agent"),
    items: z.array(keptLine).meta({ description: "The newest first" }),
    nextCursor: z.string().nullable().meta({
      description: "A page may hold few lines, or none, and still have a next one: so much was searched",
    }),
    kept: z.object({
      bytes: z.number().int().meta({ description: "Log text that is held, before compression" }),
      oldestAt: timestamp.nullable(),
      newestAt: timestamp.nullable(),
      todayBytes: z.number().int().meta({ description: "Of this UTC day, against the quota" }),
      sources: z.array(z.string()),
    }),
  })
  .meta({ id: "KeptLogs" });
export type KeptLogs = z.infer<typeof keptLogs>;
