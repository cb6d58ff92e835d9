import type { z } from "zod";
import { checkPlan } from "../../../domain/rollouts/check-plan.ts";
import { openPolicy } from "../../../domain/rollouts/policy.ts";
import { issueText } from "../../../protocol/api/issue-text.ts";
import { type ReleasePackage, rolloutPlanBody } from "../../../protocol/api/rollouts.ts";
import { Failure } from "../../exit-codes.ts";

type Terms = z.input<typeof rolloutPlanBody>;

/** `strategy.steps[0].agents`, as the server names fields. */
function showPath(path: PropertyKey[]): string {
  const text = path.reduce<string>((before, part) => {
    if (typeof part === "number") return `${before}[${part}]`;
    return before === "" ? String(part) : `${before}.${String(part)}`;
  }, "");
  return text || "the whole";
}

/** What a schema refuses, by field. */
export function refusedFields(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.map((issue) => ({ path: showPath(issue.path), message: issueText(issue) }));
}

/**
 * Refuses what no fleet could carry out, before anything is sent: by the rules that the server has too.
 * @throws Failure that names the fields
 */
export function checkTerms(terms: Terms, packages: readonly ReleasePackage[], nowMs: number): void {
  const read = rolloutPlanBody.safeParse(terms);
  if (!read.success) {
    throw new Failure(
      "usage",
      "The plan cannot be carried out. Mend what is named below; nothing was sent.",
      {
        errors: refusedFields(read.error),
      },
    );
  }
  const { strategy, gates, schedule, overrideFreeze } = read.data;
  const refusal = checkPlan(
    {
      strategy,
      gates,
      schedule: {
        startAtMs: schedule.startAt === null ? null : Date.parse(schedule.startAt),
        windows: schedule.windows,
      },
      packages,
      policy: openPolicy,
      overridesFreeze: overrideFreeze !== undefined,
    },
    nowMs,
  );
  if (refusal === null) return;
  throw new Failure("usage", `${refusal.detail} Nothing was sent.`, {
    code: refusal.code,
    errors: refusal.errors ?? [],
  });
}
