import { rolloutAgentStates } from "../../../domain/rollouts/states.ts";
import { rolloutAgent } from "../../../protocol/api/rollouts.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { stateColumn } from "../../paint.ts";
import { argument, command, oneOf, option, paging, text } from "../../spec.ts";
import { findRolloutId, rolloutArgument } from "./find.ts";

export const listRolloutAgents = command({
  name: "agents",
  summary: "List where each agent stands in a rollout",
  args: {
    rollout: argument(
      `${rolloutArgument}; the active or else the last one when left out`,
      text.optional(),
      "rollout",
    ),
  },
  options: {
    state: option("--state <state>", rolloutAgentStates.join(", "), oneOf(rolloutAgentStates).optional()),
    ...paging,
  },
  examples: ["muster rollouts agents", "muster rollouts agents --state failed"],
  answer: page(rolloutAgent),
  async run(cli, { args, options }) {
    const id = await findRolloutId(cli, args.rollout, true);
    const list = await collect(await cli.client(), "GET /v1/rollouts/{rollout}/agents", {
      path: { rollout: id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "AGENT", value: (row) => row.name },
        { title: "WAVE", value: (row) => String(row.wave), align: "right" },
        stateColumn("STATE", (row) => row.state),
        { title: "HASH", value: (row) => row.hash.slice(0, 12), drop: 2 },
        { title: "ERROR", value: (row) => row.error ?? "" },
        { title: "ID", whole: true, value: (row) => row.agentId, drop: 1 },
      ],
      "No agent of this rollout fits.",
    );
  },
});
