import { environmentChange } from "../../../protocol/api/projects.ts";
import { Failure } from "../../exit-codes.ts";
import { argument, command, flag, option, text } from "../../spec.ts";
import { wholeSecond } from "../../time.ts";
import { moment } from "../deploy/window-text.ts";
import { findEnvironment } from "./find.ts";
import { saveEnvironment } from "./update.ts";

export const freezeEnvironment = command({
  name: "freeze",
  summary: "Let no wave start in an environment for a time",
  about:
    "Rollouts that run are held before their next wave and go on by themselves afterwards; what is in flight is finished, and nothing holds a rollback. An admin may let one rollout through: muster rollouts override-freeze.",
  args: { environment: argument("Id, slug or name", text, "environment") },
  options: {
    from: option(
      "--from <time>",
      "2026-12-24T12:00Z, with an offset, or from now: 2h (default now)",
      moment.optional(),
    ),
    until: option("--until <time>", "Likewise", moment),
    reason: option("--reason <text>", "Shown to whoever is held", text),
  },
  examples: [
    'muster environments freeze production --until 8h --reason "sales day"',
    'muster environments freeze production --from 2026-12-24T12:00Z --until 2026-12-27T06:00Z --reason "holidays"',
  ],
  answer: environmentChange,
  async run(cli, { args, options }) {
    const nowMs = cli.io.now();
    const from = options.from?.(nowMs) ?? new Date(wholeSecond(nowMs)).toISOString();
    const until = options.until(nowMs);
    if (Date.parse(until) <= Math.max(nowMs, Date.parse(from))) {
      throw new Failure(
        "usage",
        `--until ${until} is not after ${from}, or already over. Name a later time.`,
      );
    }
    const found = await findEnvironment(cli, args.environment);
    const current = found.freezes.filter((freeze) => Date.parse(freeze.until) > nowMs);
    await saveEnvironment(cli, found, { freezes: [...current, { from, until, reason: options.reason }] });
  },
});

export const unfreezeEnvironment = command({
  name: "unfreeze",
  summary: "Take an environment's freezes away",
  args: { environment: argument("Id, slug or name", text, "environment") },
  options: {
    reason: option("--reason <text>", "Only the freezes with this reason", text.optional()),
    all: flag("--all", "Those that have not begun yet too; without it only those that are on now"),
  },
  examples: [
    "muster environments unfreeze production",
    'muster environments unfreeze production --all --reason "holidays"',
  ],
  answer: environmentChange,
  async run(cli, { args, options }) {
    const nowMs = cli.io.now();
    const found = await findEnvironment(cli, args.environment);
    const current = found.freezes.filter((freeze) => Date.parse(freeze.until) > nowMs);
    const kept = current.filter(
      ({ from, reason }) =>
        (options.reason !== undefined && reason !== options.reason) ||
        (!options.all && Date.parse(from) > nowMs),
    );
    if (kept.length === current.length) {
      throw new Failure(
        "notFound",
        `No freeze ${options.all ? "" : "is on now "}in ${found.slug}${options.reason === undefined ? "" : ` with the reason "${options.reason}"`}. See: muster environments get ${found.slug}`,
      );
    }
    await saveEnvironment(cli, found, { freezes: kept });
  },
});
