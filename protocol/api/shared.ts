import { z } from "zod";
import { errorCodes } from "../../domain/errors.ts";
import { type IdKind, idPrefixes, isId } from "../../domain/ids.ts";

/** `prefix_ULID`, checked by prefix and alphabet. */
export const id = <K extends IdKind>(kind: K) =>
  z
    .string()
    .refine((text) => isId(kind, text), {
      error: `must be an id: "${idPrefixes[kind]}_" and 26 digits and capital letters`,
    })
    .meta({
      pattern: `^${idPrefixes[kind]}_[0-7][0-9A-HJKMNP-TV-Z]{25}$`,
      example: `${idPrefixes[kind]}_01JD0000000000000000000000`,
    });

export const timestamp = z.iso
  .datetime({ offset: false })
  .meta({ description: "RFC 3339, UTC", example: "2026-11-21T09:00:00.000Z" });

/** A name that is safe in URLs and file names. */
export const slug = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, {
    error: "use lower-case letters, digits and dashes; start and end with a letter or digit",
  });

export const displayName = z.string().trim().min(1).max(100);

export const labelKey = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/, {
    error: "use letters, digits, dots, dashes, underscores and slashes",
  });
export const labels = z.record(labelKey, z.string().max(255));

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: "How many items at most" }),
  cursor: z.string().max(500).optional().meta({ description: "`nextCursor` of the page before" }),
});

/** `{items, nextCursor}`; `nextCursor` is null on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const fieldError = z.object({ path: z.string(), message: z.string() });

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().meta({ description: "The cause, then the fix" }),
    code: z.enum(Object.keys(errorCodes) as [keyof typeof errorCodes, ...(keyof typeof errorCodes)[]]),
    requestId: z.string(),
    retryable: z.boolean(),
    retryAfterSeconds: z.number().optional(),
    quota: z
      .object({
        name: z.string(),
        limit: z.number().int(),
        used: z.number().int(),
        resetsAt: timestamp.nullable().meta({ description: "null = it does not fill up again by itself" }),
      })
      .optional()
      .meta({ description: "Of `quota_exceeded` and `rate_limited`: what is used up" }),
    error: z
      .string()
      .optional()
      .meta({ description: "The word that another standard has for it, such as RFC 8628 for devices" }),
    errors: z.array(fieldError),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof problem>;

export const receipt = z
  .object({
    id: id("receipt"),
    kind: z.string().meta({ description: "What was done, `noun.verb`", example: "rollout.start" }),
    ids: z.record(z.string(), z.string()),
    summary: z.string(),
    warnings: z
      .array(z.string())
      .default([])
      .meta({ description: "What else follows from it, and may not be meant" }),
    changes: z.array(
      z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() }),
    ),
    next: z.array(
      z.object({ label: z.string(), command: z.string().optional(), href: z.string().optional() }),
    ),
    undo: z.object({ command: z.string(), href: z.string() }).nullable(),
    cost: z
      .object({
        summary: z.string(),
        micros: z.number().int().meta({ description: "Millionths of the currency unit" }),
        currency: z.string(),
      })
      .nullable(),
  })
  .meta({ id: "Receipt" });
export type Receipt = z.infer<typeof receipt>;

export const dryRunQuery = z.strictObject({
  dryRun: z.stringbool().optional().meta({ description: "Answer the plan, change nothing" }),
});
