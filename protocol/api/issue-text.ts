import type { z } from "zod";
import { plural } from "../../domain/plural.ts";

const units: Record<string, string> = { string: "character", array: "item", set: "item" };

/** What is wrong with a value, in words that say what it should be. What a schema says in its own words stays. */
export function issueText(issue: z.core.$ZodIssue): string {
  if (issue.code === "too_small" && issue.message.startsWith("Too small")) {
    const unit = units[issue.origin];
    if (unit === undefined)
      return `must be ${issue.inclusive ? `${issue.minimum} or more` : `more than ${issue.minimum}`}`;
    return Number(issue.minimum) === 1
      ? "must not be empty"
      : `needs at least ${plural(Number(issue.minimum), unit)}`;
  }
  if (issue.code === "too_big" && issue.message.startsWith("Too big")) {
    const unit = units[issue.origin];
    if (unit === undefined)
      return `must be ${issue.inclusive ? `${issue.maximum} or less` : `less than ${issue.maximum}`}`;
    return `may have at most ${plural(Number(issue.maximum), unit)}`;
  }
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined")) return "is needed";
  return issue.message;
}
