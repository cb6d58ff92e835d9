import { z } from "zod";
import {
  type RolloutPreview,
  rolloutDetail,
  rolloutPreview,
  type StartedRollout,
  type StartRolloutBody,
  startedRollout,
} from "../../../protocol/api/rollouts.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { showReceipt } from "../../receipt.ts";
import { command, flag, option, text } from "../../spec.ts";
import { assignmentOptions, readAssignments } from "../releases/assignments.ts";
import { findRelease } from "../releases/find.ts";
import { showRollout } from "../rollouts/view.ts";
import { requireSuccess, watchRollout } from "../rollouts/watch.ts";
import { checkTerms } from "./check-terms.ts";
import { readPlanFile } from "./plan-file.ts";
import { showPreview } from "./preview.ts";
import { besideFile, readBesideFile, readTerms, termOptions } from "./terms.ts";

/** The plan; what was started; or, having waited, how it ended. */
export const deployed = z.union([
  rolloutPreview,
  startedRollout,
  startedRollout.extend({ rollout: rolloutDetail }),
]);

interface Order {
  /** Sends the order, or asks for its plan only. */
  send: (query: { dryRun: true } | undefined) => Promise<RolloutPreview | StartedRollout>;
  dryRun: boolean;
  wait: boolean;
  /** Whom the plan is for, in its heading. */
  heading: string;
  /** When it starts, as the options said it; null = they did not. */
  startAt: string | null;
}

/** Shows the plan, or starts the rollout and, if asked, follows it. */
export async function carryOut(cli: Cli, { send, dryRun, wait, heading, startAt }: Order): Promise<void> {
  const started = await send(dryRun ? { dryRun } : undefined);
  if ("planToken" in started) {
    cli.output.result(started, (style) => showPreview(started, { heading, startAt }, style));
    return;
  }
  if (!wait) {
    cli.output.result(started, (style) => showReceipt(started.receipt, style));
    return;
  }
  if (!cli.output.json) cli.output.note(showReceipt(started.receipt, cli.output.style));
  const ended = await watchRollout(cli, started.rollout.id);
  cli.output.result({ ...started, rollout: ended }, (style) => showRollout(ended, style));
  await requireSuccess(cli, ended);
}

export const actionOptions = {
  dryRun: flag("--dry-run", "Show the waves, their agents and what changes on each; change nothing"),
  wait: flag("-w, --wait", "Follow it until it has ended; exit 1 unless it succeeded"),
};

/** Options whose values a plan file states. */
function statedTwice(options: Record<string, unknown>): string | undefined {
  const free = new Set([...Object.keys(besideFile), ...Object.keys(actionOptions), "file"]);
  const all = { ...assignmentOptions, ...termOptions, release: { flags: "--release" } };
  const given = Object.entries(all).find(([key]) => {
    if (free.has(key)) return false;
    const value = options[key];
    if (key === "autoRevert") return value === false;
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
  });
  return given?.[1].flags.split(/[ ,]/)[0];
}

export const deploy = command({
  name: "deploy",
  summary: "Roll config versions and packages out to a fleet",
  about:
    "Makes a release of the named configs and of what else the fleet's current release gives (or takes an earlier release), and moves the fleet's agents to it, wave by wave. When more agents fail than allowed, it stops, and each agent goes back to what it ran before. With -f the whole request comes from a file: the API's body in YAML or JSON, with names in place of ids (muster help plan-file). How selectors, metrics and windows are written: muster help syntax.",
  options: {
    file: option(
      "-f, --file <file>",
      "The plan in YAML or JSON; - reads standard input. It says all but what follows from --queue on",
      text.optional(),
    ),
    ...assignmentOptions,
    release: option("--release <release>", "Deploy this release again, by number or id", text.optional()),
    ...termOptions,
    ...actionOptions,
  },
  examples: [
    'muster deploy --config greeting -m "new text" --wait',
    "muster deploy --fleet web --config edge@4 --config greeting --selector role=edge --selector role=web",
    "muster deploy --config edge --batch 10% --pause 1m --soak 30s --max-failures 5%",
    "muster deploy --config edge --step 1 --step 10% --step region=eu --promotion manual",
    "muster deploy --config edge --strategy blue-green --activation manual",
    "muster deploy --config edge --rate 30 --rate-factor 2 --max-unavailable 5%",
    "muster deploy --config edge --step 2 --metric 'http_errors_total{code=\"500\"} per http_requests_total as rate, worse higher by 10%, at least 0.01'",
    "muster deploy --config edge --webhook https://ci.example.com/gate --webhook-on start,promotion --approval",
    "muster deploy --config edge --window 'mon-fri 22:00-04:00 Europe/Berlin' --queue",
    "muster deploy --config edge --dry-run",
    "muster deploy -f plan.yaml --dry-run",
    "muster deploy --config edge --only",
    "muster deploy --configs team=edge --file-name 'conf.d/{config}.cfg'",
    "muster deploy --refresh-inputs --dry-run",
    "muster deploy --release 3",
  ],
  answer: deployed,
  async run(cli, { options }) {
    const { file, dryRun, wait } = options;
    const named =
      [options.config, options.configs, options.selector, options.fileName, options.package].some(
        (list) => list.length > 0,
      ) ||
      options.only ||
      options.refreshInputs;
    if (options.release !== undefined && named) {
      throw new Failure(
        "usage",
        "--release already says which configs: leave out --config, --configs, --selector, --file-name, --package, --only and --refresh-inputs.",
      );
    }
    const twice = file === undefined ? undefined : statedTwice(options);
    if (twice !== undefined) {
      throw new Failure(
        "usage",
        `The plan file says all of it: leave out ${twice}, or write it into ${file}.`,
      );
    }
    const terms = readTerms(options, cli.io.now());
    if (file === undefined) checkTerms(terms, options.package, cli.io.now());
    const fleet = await cli.scope.fleet();
    const moved = async () =>
      options.release === undefined
        ? readAssignments(cli, fleet, options)
        : { release: (await findRelease(cli, options.release)).id };
    const body: StartRolloutBody =
      file === undefined
        ? { ...(await moved()), ...terms }
        : await readPlanFile(cli, file, fleet.projectId, readBesideFile(options));
    const client = await cli.client();
    const startAt = (file === undefined && terms.schedule?.startAt) || null;
    await carryOut(cli, {
      send: (query) =>
        client.call("POST /v1/fleets/{fleet}/rollouts", { path: { fleet: fleet.id }, query, body }),
      dryRun,
      wait,
      heading: `for ${fleet.slug}`,
      startAt,
    });
  },
});
