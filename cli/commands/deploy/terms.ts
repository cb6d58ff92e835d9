import { z } from "zod";
import type { StartRolloutBody } from "../../../protocol/api/rollouts.ts";
import { Failure } from "../../exit-codes.ts";
import { durationSeconds, flag, oneOf, option, repeated, text, whole } from "../../spec.ts";
import { metricGateText } from "./metric-gate.ts";
import { amount, readStrategy, type StrategyChoices, strategyOptions } from "./strategy.ts";
import { moment, type Window, windowText } from "./window-text.ts";

const phases = ["start", "wave", "promotion", "rollback"] as const;
type Phase = (typeof phases)[number];

const phaseList = z.string().transform((value, check): Phase[] => {
  const named = value.split(",").map((part) => part.trim());
  const known = named.filter((name): name is Phase => (phases as readonly string[]).includes(name));
  if (known.length === named.length) return [...new Set(known)];
  check.addIssue(`must be one or more of: ${phases.join(",")}`);
  return z.NEVER;
});

const address = z.url({ protocol: /^https?$/, error: "must be an http or https address" });

/** What may stand beside a plan file, which says all the rest. */
export const besideFile = {
  queue: flag("--queue", "While another rollout is active: start after it"),
  supersede: flag("--supersede", "While another rollout is active: end it, its agents keep what they run"),
  overrideFreeze: option(
    "--override-freeze <reason>",
    "Go on in a freeze; admins only, and audited with the reason",
    text.optional(),
  ),
  message: option("-m, --message <text>", "Why", text.optional()),
  planToken: option(
    "--plan-token <token>",
    "Refuse (exit 5) if the plan is no longer that of this dry run",
    text.optional(),
  ),
};

export const gateOptions = {
  soak: option(
    "--soak <duration>",
    "How long an agent must stay healthy (default 10s)",
    durationSeconds.optional(),
  ),
  maxFailures: option(
    "--max-failures <amount>",
    "More failed agents than this stop it: 2 or 10% (default 0)",
    amount(0).optional(),
  ),
  minReported: option(
    "--min-reported <agents>",
    "A wave of which fewer agents reported holds as inconclusive (default 1)",
    whole(1, 100_000).optional(),
  ),
  applyTimeout: option(
    "--apply-timeout <duration>",
    "How long an agent may take that has begun (default 2m)",
    durationSeconds.optional(),
  ),
  deadline: option(
    "--progress-deadline <duration>",
    "Silence of so long ends the waiting for an agent (default 10m)",
    durationSeconds.optional(),
  ),
  metric: repeated(
    "--metric <gate>",
    "Judge a number that agents report: 'errors_total per requests_total as rate, max 0.05' or '…, worse higher by 10%' than the agents of later waves; repeatable",
    z.array(metricGateText).default([]),
  ),
  webhook: repeated(
    "--webhook <url>",
    "An outside system that must confirm; repeatable",
    z.array(address).default([]),
  ),
  webhookOn: repeated(
    "--webhook-on <phases>",
    `When it is asked: ${phases.join(",")} (default start); once for all, or once per --webhook in order`,
    z.array(phaseList).default([]),
  ),
  webhookTimeout: option(
    "--webhook-timeout <duration>",
    "For one attempt (default 60s)",
    durationSeconds.optional(),
  ),
  webhookAttempts: option(
    "--webhook-attempts <n>",
    "How often it is asked (default 5)",
    whole(1, 100).optional(),
  ),
  webhookUnanswered: option(
    "--webhook-unanswered <what>",
    "After the last attempt: hold (default) or fail",
    oneOf(["hold", "fail"]).optional(),
  ),
  approval: flag("--approval", "A person must approve it before it starts"),
};

export const scheduleOptions = {
  startAt: option(
    "--start-at <time>",
    "Not before: 2026-11-22T02:00Z, with an offset, or from now: 2h",
    moment.optional(),
  ),
  window: repeated(
    "--window <window>",
    "Waves start only then: 'mon-fri 22:00-04:00 Europe/Berlin'; repeatable, beside the environment's own",
    z.array(windowText).default([]),
  ),
};

/** How a rollout goes, whatever it moves. */
export const termOptions = {
  ...strategyOptions,
  ...gateOptions,
  autoRevert: option(
    "--no-auto-revert",
    "When it fails, leave the agents as they are",
    z.boolean().default(true),
  ),
  ...scheduleOptions,
  ...besideFile,
};

export interface BesideFile {
  queue: boolean;
  supersede: boolean;
  overrideFreeze: string | undefined;
  message: string | undefined;
  planToken: string | undefined;
}
export interface TermChoices extends StrategyChoices, BesideFile {
  soak: number | undefined;
  maxFailures: string | number | undefined;
  minReported: number | undefined;
  applyTimeout: number | undefined;
  deadline: number | undefined;
  metric: NonNullable<NonNullable<StartRolloutBody["gates"]>["metrics"]>;
  webhook: string[];
  webhookOn: Phase[][];
  webhookTimeout: number | undefined;
  webhookAttempts: number | undefined;
  webhookUnanswered: "hold" | "fail" | undefined;
  approval: boolean;
  autoRevert: boolean;
  startAt: ((nowMs: number) => string) | undefined;
  window: Window[];
}

export function readBesideFile(given: BesideFile) {
  if (given.queue && given.supersede) {
    throw new Failure(
      "usage",
      "--queue waits for the active rollout and --supersede ends it. Give one of them.",
    );
  }
  const { overrideFreeze } = given;
  return {
    ...(given.queue ? { onActive: "queue" as const } : {}),
    ...(given.supersede ? { onActive: "supersede" as const } : {}),
    ...(overrideFreeze === undefined ? {} : { overrideFreeze: { reason: overrideFreeze } }),
    message: given.message,
    planToken: given.planToken,
  };
}

function readWebhooks(given: TermChoices) {
  const { webhook: urls, webhookOn: on } = given;
  const tuned = [given.webhookTimeout, given.webhookAttempts, given.webhookUnanswered];
  if (urls.length === 0) {
    if (on.length === 0 && tuned.every((one) => one === undefined)) return undefined;
    throw new Failure("usage", "The --webhook-… options need to know whom to ask. Add --webhook <url>.");
  }
  if (on.length > 1 && on.length !== urls.length) {
    throw new Failure(
      "usage",
      `--webhook-on was given ${on.length} times for ${urls.length} --webhook. Give it once for all, or once for each.`,
    );
  }
  return urls.map((url, i) => ({
    url,
    on: (on.length > 1 ? on[i] : on[0]) ?? (["start"] satisfies Phase[]),
    timeoutSeconds: given.webhookTimeout,
    attempts: given.webhookAttempts,
    whenUnanswered: given.webhookUnanswered,
  }));
}

/** The part of a request's body that the options say; what they leave out, the server fills in. */
export function readTerms(given: TermChoices, nowMs: number) {
  const webhooks = readWebhooks(given);
  const { startAt, window: windows } = given;
  const schedule = {
    ...(startAt === undefined ? {} : { startAt: startAt(nowMs) }),
    ...(windows.length === 0 ? {} : { windows }),
  };
  return {
    strategy: readStrategy(given),
    gates: {
      soakSeconds: given.soak,
      maxFailures: given.maxFailures,
      minReported: given.minReported,
      applyTimeoutSeconds: given.applyTimeout,
      progressDeadlineSeconds: given.deadline,
      ...(given.metric.length === 0 ? {} : { metrics: given.metric }),
      ...(webhooks === undefined ? {} : { webhooks }),
      ...(given.approval ? { approval: true } : {}),
    },
    autoRevert: given.autoRevert,
    ...(Object.keys(schedule).length === 0 ? {} : { schedule }),
    ...readBesideFile(given),
  };
}
