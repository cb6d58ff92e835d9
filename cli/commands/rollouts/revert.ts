import { argument, command, text } from "../../spec.ts";
import { checkTerms } from "../deploy/check-terms.ts";
import { actionOptions, carryOut, deployed } from "../deploy/deploy.ts";
import { readTerms, termOptions } from "../deploy/terms.ts";
import { findNamedRollout, rolloutArgument } from "./find.ts";

export const revertRollout = command({
  name: "revert",
  summary: "Take back a finished rollout",
  about:
    "Starts a rollout that takes every agent that the finished one moved, and that still runs what it brought, back to what that agent ran before. Agents that run something else by now are left out. A rollout that still runs is taken back with `muster rollouts abort`.",
  args: { rollout: argument(rolloutArgument, text, "rollout") },
  options: { ...termOptions, ...actionOptions },
  examples: [
    "muster rollouts revert latest --dry-run",
    "muster rollouts revert 3 --wait",
    "muster rollouts revert rol_01JD0000000000000000000000 --step 1 --step 10%",
  ],
  answer: deployed,
  async run(cli, { args, options }) {
    const body = readTerms(options, cli.io.now());
    checkTerms(body, [], cli.io.now());
    const id = await findNamedRollout(cli, args.rollout);
    const { dryRun, wait } = options;
    const client = await cli.client();
    const startAt = body.schedule?.startAt ?? null;
    await carryOut(cli, {
      send: (query) =>
        client.call("POST /v1/rollouts/{rollout}/revert", { path: { rollout: id }, query, body }),
      dryRun,
      wait,
      heading: `to take back ${id}`,
      startAt,
    });
  },
});
