import { z } from "zod";
import { strategyKinds } from "../../../domain/rollouts/states.ts";
import { rolloutPreview, type StartRolloutBody, startedRollout } from "../../../protocol/api/rollouts.ts";
import { path } from "../../client.ts";
import { Failure } from "../../exit-codes.ts";
import { showReceipt } from "../../receipt.ts";
import { command, durationSeconds, flag, oneOf, option, text } from "../../spec.ts";
import { assignmentOptions, readAssignments } from "../releases/assignments.ts";
import { findRelease } from "../releases/find.ts";
import { showRollout } from "../rollouts/view.ts";
import { requireSuccess, watchRollout } from "../rollouts/watch.ts";
import { showPreview } from "./preview.ts";

const amount = (least: number) =>
  z
    .string()
    .regex(/^\d{1,9}$|^(100|[1-9]?\d)%$/, { error: "must be a number of agents or a percentage such as 25%" })
    .transform((value) => (value.endsWith("%") ? value : Number(value)))
    .refine((value) => typeof value === "string" || value >= least, { error: `must be ${least} or more` });

interface StrategyOptions {
  strategy: (typeof strategyKinds)[number] | undefined;
  batch: string | number | undefined;
  pause: number | undefined;
}

function readStrategy({ strategy, batch, pause }: StrategyOptions): StartRolloutBody["strategy"] {
  const kind = strategy ?? (batch === undefined && pause === undefined ? "all-at-once" : "rolling");
  if (kind === "rolling") return { kind, batch: batch ?? "25%", pauseSeconds: pause ?? 0 };
  if (batch !== undefined || pause !== undefined) {
    throw new Failure("usage", "--batch and --pause belong to --strategy rolling. Leave them out, or roll.");
  }
  if (kind === "canary") return { kind, steps: [{ agents: 1 }] };
  return { kind };
}

export const deploy = command({
  name: "deploy",
  summary: "Roll config versions out to a fleet",
  about:
    "Makes a release of the named configs and of what else the fleet's current release gives (or takes an earlier release), and moves the fleet's agents to it, wave by wave. When more agents fail than allowed, it stops, and each agent goes back to what it ran before.",
  options: {
    ...assignmentOptions,
    release: option("--release <release>", "Deploy this release again, by number or id", text.optional()),
    strategy: option(
      "--strategy <kind>",
      `${strategyKinds.join(" or ")} (default all-at-once)`,
      oneOf(strategyKinds).optional(),
    ),
    batch: option(
      "--batch <amount>",
      "Agents of one wave: 5 or 25% (default 25%); implies rolling",
      amount(1).optional(),
    ),
    pause: option(
      "--pause <duration>",
      "Between waves, such as 30s; implies rolling",
      durationSeconds.optional(),
    ),
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
    autoRevert: option(
      "--no-auto-revert",
      "When it fails, leave the agents as they are",
      z.boolean().default(true),
    ),
    dryRun: flag("--dry-run", "Show which agents each wave would hold, and change nothing"),
    planToken: option(
      "--plan <token>",
      "Refuse (exit 5) if the plan is no longer that of this dry run",
      text.optional(),
    ),
    wait: flag("-w, --wait", "Follow it until it has ended; exit 6 unless it succeeded"),
    message: option("-m, --message <text>", "Why", text.optional()),
  },
  examples: [
    'muster deploy --config greeting -m "new text" --wait',
    "muster deploy --fleet web --config edge@4 --config greeting --selector role=edge --selector role=web",
    "muster deploy --config edge --batch 10% --pause 1m --soak 30s --max-failures 5%",
    "muster deploy --config edge --dry-run",
    "muster deploy --config edge --only",
    "muster deploy --release 3",
  ],
  async run(cli, { options }) {
    const strategy = readStrategy(options);
    const named =
      options.config.length > 0 || options.selector.length > 0 || options.fileName.length > 0 || options.only;
    if (options.release !== undefined && named) {
      throw new Failure(
        "usage",
        "--release already says which configs: leave out --config, --selector, --file-name and --only.",
      );
    }
    const fleet = await cli.scope.fleet();
    const body = {
      ...(options.release === undefined
        ? await readAssignments(cli, fleet, options)
        : { release: (await findRelease(cli, options.release)).id }),
      strategy,
      gates: {
        soakSeconds: options.soak,
        maxFailures: options.maxFailures,
        applyTimeoutSeconds: options.applyTimeout,
        progressDeadlineSeconds: options.deadline,
      },
      autoRevert: options.autoRevert,
      message: options.message,
      planToken: options.planToken,
    };
    const client = await cli.client();
    const route = path`/v1/fleets/${fleet.id}/rollouts`;
    if (options.dryRun) {
      const plan = await client.post(route, rolloutPreview, body, { dryRun: true });
      cli.output.result(plan, (style) => showPreview(plan, fleet.slug, style));
      return;
    }
    const started = await client.post(route, startedRollout, body);
    if (!options.wait) {
      cli.output.result(started, (style) => showReceipt(started.receipt, style));
      return;
    }
    if (!cli.output.json) cli.output.note(showReceipt(started.receipt, cli.output.style));
    const ended = await watchRollout(cli, started.rollout.id);
    cli.output.result({ ...started, rollout: ended }, (style) => showRollout(ended, style));
    await requireSuccess(cli, ended);
  },
});
