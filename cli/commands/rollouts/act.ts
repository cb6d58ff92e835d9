import { z } from "zod";
import { rolloutAction, rolloutDetail } from "../../../protocol/api/rollouts.ts";
import { receipt } from "../../../protocol/api/shared.ts";
import { showReceipt } from "../../receipt.ts";
import { argument, type CommandSpec, command, flag, text } from "../../spec.ts";
import { findNamedRollout, findRolloutId, rolloutArgument } from "./find.ts";
import { showRollout } from "./view.ts";
import { requireSuccess, watchRollout } from "./watch.ts";

function action(verb: "abort" | "pause" | "resume" | "promote", summary: string, about: string): CommandSpec {
  return command({
    name: verb,
    summary,
    about,
    args: {
      rollout: argument(
        `${rolloutArgument}; the fleet's active one when left out`,
        text.optional(),
        "rollout",
      ),
    },
    options: { wait: flag("--wait", "Follow it until it has ended") },
    examples: [`muster rollouts ${verb}`, `muster rollouts ${verb} rol_01JD0000000000000000000000 --wait`],
    answer: rolloutAction.or(z.object({ receipt, rollout: rolloutDetail })),
    async run(cli, { args, options }) {
      const id = await findRolloutId(cli, args.rollout, false);
      const done = await (await cli.client()).call(`POST /v1/rollouts/{rollout}/${verb}`, {
        path: { rollout: id },
      });
      if (!options.wait) {
        cli.output.result(done, (style) => showReceipt(done.receipt, style));
        return;
      }
      if (!cli.output.json) cli.output.note(showReceipt(done.receipt, cli.output.style));
      const ended = await watchRollout(cli, id);
      cli.output.result({ receipt: done.receipt, rollout: ended }, (style) => showRollout(ended, style));
      if (verb !== "abort") await requireSuccess(cli, ended);
    },
  });
}

export const abortRollout = action(
  "abort",
  "Stop a rollout; no further agent is touched",
  "Agents that have changed go back to what each ran before, unless it was started with --no-auto-revert. One that has not started yet is cancelled.",
);
export const pauseRollout = action(
  "pause",
  "Hold a rollout: agents that are being changed finish, no more start",
  "",
);
export const resumeRollout = action("resume", "Let a paused rollout go on", "");
export const promoteRollout = action(
  "promote",
  "Let a rollout go on: promote a canary, activate blue-green, or overrule a gate without evidence",
  "It also ends the pause between two waves. Freezes and maintenance windows still hold.",
);

export const retryRollout = command({
  name: "retry",
  summary: "Lift the hold on agents that failed in an ended rollout",
  about:
    "An agent that failed with a config is not offered it again until somebody says so. Those that should run the release are offered it at once; the others with the next deploy of it.",
  args: { rollout: argument(rolloutArgument, text, "rollout") },
  examples: ["muster rollouts retry latest", "muster rollouts retry rol_01JD0000000000000000000000"],
  answer: rolloutAction,
  async run(cli, { args }) {
    const id = await findNamedRollout(cli, args.rollout);
    const done = await (await cli.client()).call("POST /v1/rollouts/{rollout}/retry", {
      path: { rollout: id },
    });
    cli.output.result(done, (style) => showReceipt(done.receipt, style));
  },
});
