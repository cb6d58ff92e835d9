import { z } from "zod";
import { durationSeconds } from "../../spec.ts";

/** `10m`, `2h`: so long before now. Or a time in RFC 3339. Answers what the API takes. */
export const moment = z.string().transform((text, context): ((nowMs: number) => string) => {
  const seconds = durationSeconds.safeParse(text);
  if (seconds.success) return (nowMs) => new Date(nowMs - seconds.data * 1000).toISOString();
  const ms = Date.parse(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(ms)) return () => new Date(ms).toISOString();
  context.addIssue({
    code: "custom",
    message: "must be a duration such as 10m or 2h, or a time such as 2026-11-21T09:00:00Z",
  });
  return z.NEVER;
});
