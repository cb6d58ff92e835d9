import type { RolloutExplanation } from "../../../protocol/api/rollouts.ts";
import { rolloutExplanation } from "../../../protocol/api/rollouts.ts";
import type { Cli } from "../../cli.ts";
import { clean, type Style } from "../../output.ts";
import { argument, command, text } from "../../spec.ts";
import { clockTime } from "../../time.ts";
import { findRolloutId, rolloutArgument } from "./find.ts";

const moment = (timestamp: string) => `${clockTime(timestamp)} UTC`;

/** What it waits on, since when, until when, and what a person can do about it. */
export function showWaits(waits: RolloutExplanation["waits"], { color }: Style): string[] {
  return waits.flatMap(({ on, since, until, action }) => {
    const times = [since && `since ${moment(since)}`, until && `until ${moment(until)}`].filter(Boolean);
    const when = times.length > 0 ? color.dim(` (${times.join(", ")})`) : "";
    const lines = [`  ${color.yellow("waits:")} ${clean(on)}${when}`];
    if (action) lines.push(`    ${color.dim(`${clean(action.label)}:`)} ${clean(action.command)}`);
    return lines;
  });
}

async function explain(cli: Cli, wanted: string | undefined): Promise<void> {
  const id = await findRolloutId(cli, wanted, true);
  const found = await (await cli.client()).call("GET /v1/rollouts/{rollout}/explain", {
    path: { rollout: id },
  });
  cli.output.result(found, (style) => {
    const why = found.why.map(
      ({ at, text: reason }) => `  ${style.color.dim(at === null ? "" : `${moment(at)}  `)}${clean(reason)}`,
    );
    return [
      style.color.bold(clean(found.summary)),
      ...showWaits(found.waits, style),
      ...(why.length > 0 ? ["", "Why:", ...why] : []),
    ].join("\n");
  });
}

const args = {
  rollout: argument(
    `${rolloutArgument}; the active or else the last one when left out`,
    text.optional(),
    "rollout",
  ),
};
const about = "What it waits on, since when and until when, what a person can do, and what led to it.";

export const explainRollout = command({
  name: "explain",
  summary: "Say why a rollout stands where it stands",
  about,
  args,
  examples: ["muster rollouts explain", "muster rollouts explain 3"],
  answer: rolloutExplanation,
  run: (cli, inputs) => explain(cli, inputs.args.rollout),
});

export const explainRolloutTopic = command({
  name: "rollout",
  summary: "Say why a rollout stands where it stands",
  about,
  args,
  examples: ["muster explain rollout", "muster explain rollout rol_01JD0000000000000000000000 --json"],
  answer: rolloutExplanation,
  run: (cli, inputs) => explain(cli, inputs.args.rollout),
});
