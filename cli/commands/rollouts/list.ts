import { rolloutStates } from "../../../domain/rollouts/states.ts";
import { rollout } from "../../../protocol/api/rollouts.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { stateColumn } from "../../paint.ts";
import { command, oneOf, option, paging } from "../../spec.ts";
import { ago } from "../../time.ts";
import { showCounts } from "./view.ts";

export const listRollouts = command({
  name: "list",
  summary: "List the fleet's rollouts, newest first",
  options: {
    state: option("--state <state>", rolloutStates.join(", "), oneOf(rolloutStates).optional()),
    ...paging,
  },
  examples: [
    "muster rollouts list",
    "muster rollouts list --state awaiting_approval",
    "muster rollouts list --limit 5 --json",
  ],
  answer: page(rollout),
  async run(cli, { options }) {
    const fleet = await cli.scope.fleet();
    const list = await collect(await cli.client(), "GET /v1/fleets/{fleet}/rollouts", {
      path: { fleet: fleet.id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "ID", whole: true, value: (row) => row.id },
        {
          title: "RELEASE",
          value: (row) =>
            row.revertOf === null ? `to ${row.releaseNumber}` : `back from ${row.releaseNumber}`,
        },
        stateColumn("STATE", (row) => row.state),
        { title: "AGENTS", value: (row) => showCounts(row.counts) },
        { title: "STARTED", value: (row) => ago(row.startedAt, cli.io.now()), drop: 1 },
        { title: "AUTHOR", value: (row) => row.author, drop: 3 },
        { title: "MESSAGE", value: (row) => row.message ?? "", drop: 2 },
      ],
      options.state === undefined
        ? `No rollouts in ${fleet.slug} yet. Start one: muster deploy --config <name>`
        : `No rollout of ${fleet.slug} is ${options.state.replaceAll("_", " ")}.`,
    );
  },
});
