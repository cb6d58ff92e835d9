import { z } from "zod";
import { parseSelector, SelectorError } from "../../../domain/fleets/selector.ts";
import { strategyKinds } from "../../../domain/rollouts/states.ts";
import type { StartRolloutBody } from "../../../protocol/api/rollouts.ts";
import { Failure } from "../../exit-codes.ts";
import { durationSeconds, oneOf, option, repeated, whole } from "../../spec.ts";

type Strategy = NonNullable<StartRolloutBody["strategy"]>;
type Kind = (typeof strategyKinds)[number];
type Step = Extract<Strategy, { kind: "canary" }>["steps"][number];

/** `5` or `25%`. */
export const amount = (least: number) =>
  z
    .string()
    .regex(/^\d{1,9}$|^(100|[1-9]?\d)%$/, { error: "must be a number of agents or a percentage such as 25%" })
    .transform((value) => (value.endsWith("%") ? value : Number(value)))
    .refine((value) => Number.parseInt(String(value), 10) >= least, { error: `must be ${least} or more` });

const step = z.string().transform((value, check): Step => {
  const text = value.trim();
  if (/^\d+%?$/.test(text)) {
    const read = amount(1).safeParse(text);
    if (read.success) return { agents: read.data };
    check.addIssue(read.error.issues[0]?.message ?? "is not valid");
    return z.NEVER;
  }
  try {
    if (parseSelector(text).length > 0) return { selector: text };
    check.addIssue("must be a number of agents, a percentage or a label selector");
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    check.addIssue(error.message);
  }
  return z.NEVER;
});

const perMinute = z.coerce
  .number({ error: "must be a number of offers a minute" })
  .min(0.1, { error: "must be 0.1 or more" })
  .max(100_000, { error: "must be 100000 or less" });

export const strategyOptions = {
  strategy: option(
    "--strategy <kind>",
    `${strategyKinds.join(", ")} (default all-at-once, or what the options below imply)`,
    oneOf(strategyKinds).optional(),
  ),
  batch: option(
    "--batch <amount>",
    "Rolling: agents of one wave, 5 or 25% (default 25%)",
    amount(1).optional(),
  ),
  maxUnavailable: option(
    "--max-unavailable <amount>",
    "Rolling: never more agents than this in flight, or reached and now offline or unhealthy",
    amount(1).optional(),
  ),
  rate: option("--rate <number>", "Rolling: offers a minute within a wave, at first", perMinute.optional()),
  rateFactor: option(
    "--rate-factor <number>",
    "Rolling: the rate grows by this factor (default 1)",
    z.coerce
      .number({ error: "must be a number" })
      .min(1, { error: "must be 1 or more" })
      .max(10, { error: "must be 10 or less" })
      .optional(),
  ),
  rateEvery: option(
    "--rate-every <agents>",
    "Rolling: each time so many more agents are verified (default 10)",
    whole(1, 1_000_000).optional(),
  ),
  rateMax: option("--rate-max <number>", "Rolling: offers a minute at most", perMinute.optional()),
  step: repeated(
    "--step <step>",
    "Canary: so many further agents (1 or 10%), or those with labels (region=eu); once per step, in order; the rest is the last wave",
    z.array(step).default([]),
  ),
  promotion: option(
    "--promotion <who>",
    "Canary: what lets the next wave start once a step has passed: automatic (default) or manual",
    oneOf(["automatic", "manual"]).optional(),
  ),
  pause: option(
    "--pause <duration>",
    "Rolling and canary: between waves, such as 30s",
    durationSeconds.optional(),
  ),
  activation: option(
    "--activation <who>",
    "Blue-green: what activates once all are staged: automatic (default) or manual",
    oneOf(["automatic", "manual"]).optional(),
  ),
};

export interface StrategyChoices {
  strategy: Kind | undefined;
  batch: string | number | undefined;
  maxUnavailable: string | number | undefined;
  rate: number | undefined;
  rateFactor: number | undefined;
  rateEvery: number | undefined;
  rateMax: number | undefined;
  step: Step[];
  promotion: "automatic" | "manual" | undefined;
  pause: number | undefined;
  activation: "automatic" | "manual" | undefined;
}

const belongsTo: { key: keyof StrategyChoices; flag: string; kinds: Kind[] }[] = [
  { key: "step", flag: "--step", kinds: ["canary"] },
  { key: "promotion", flag: "--promotion", kinds: ["canary"] },
  { key: "activation", flag: "--activation", kinds: ["blue-green"] },
  { key: "batch", flag: "--batch", kinds: ["rolling"] },
  { key: "maxUnavailable", flag: "--max-unavailable", kinds: ["rolling"] },
  { key: "rate", flag: "--rate", kinds: ["rolling"] },
  { key: "rateFactor", flag: "--rate-factor", kinds: ["rolling"] },
  { key: "rateEvery", flag: "--rate-every", kinds: ["rolling"] },
  { key: "rateMax", flag: "--rate-max", kinds: ["rolling"] },
  { key: "pause", flag: "--pause", kinds: ["rolling", "canary"] },
];

function readRate(given: StrategyChoices) {
  const { rate, rateFactor, rateEvery, rateMax } = given;
  if (rate === undefined) {
    const flag =
      rateFactor !== undefined
        ? "--rate-factor"
        : rateEvery !== undefined
          ? "--rate-every"
          : rateMax !== undefined
            ? "--rate-max"
            : null;
    if (flag === null) return null;
    throw new Failure("usage", `${flag} needs a rate to start from. Add --rate <offers a minute>.`);
  }
  return {
    perMinute: rate,
    ...(rateFactor === undefined ? {} : { factor: rateFactor }),
    ...(rateEvery === undefined ? {} : { everySucceeded: rateEvery }),
    ...(rateMax === undefined ? {} : { maxPerMinute: rateMax }),
  };
}

/** The strategy that the options name or imply. @throws Failure when they contradict. */
export function readStrategy(given: StrategyChoices): Strategy {
  const used = belongsTo.filter(({ key }) => {
    const value = given[key];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  const kind = given.strategy ?? used[0]?.kinds[0] ?? "all-at-once";
  const foreign = used.find(({ kinds }) => !kinds.includes(kind));
  if (foreign !== undefined) {
    const wanted = foreign.kinds.join(" or ");
    throw new Failure(
      "usage",
      `${foreign.flag} belongs to --strategy ${wanted}, and this is ${kind}. Leave it out, or choose ${wanted}.`,
    );
  }
  switch (kind) {
    case "all-at-once":
      return { kind };
    case "rolling": {
      const rate = readRate(given);
      return {
        kind,
        batch: given.batch ?? "25%",
        pauseSeconds: given.pause ?? 0,
        ...(given.maxUnavailable === undefined ? {} : { maxUnavailable: given.maxUnavailable }),
        ...(rate === null ? {} : { rate }),
      };
    }
    case "canary":
      if (given.step.length === 0) {
        throw new Failure(
          "usage",
          "A canary needs a step. Add --step with a number of agents, a percentage or labels: --step 1 --step 10%.",
        );
      }
      return {
        kind,
        steps: given.step,
        ...(given.promotion === undefined ? {} : { promotion: given.promotion }),
        pauseSeconds: given.pause ?? 0,
      };
    case "blue-green":
      return { kind, ...(given.activation === undefined ? {} : { activation: given.activation }) };
  }
}
