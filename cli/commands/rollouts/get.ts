import { rolloutDetail } from "../../../protocol/api/rollouts.ts";
import { argument, command, text } from "../../spec.ts";
import { findRolloutId, rolloutArgument } from "./find.ts";
import { showRollout } from "./view.ts";

export const getRollout = command({
  name: "get",
  summary: "Show one rollout: state, waves, gates and decisions",
  args: {
    rollout: argument(
      `${rolloutArgument}; the active or else the last one when left out`,
      text.optional(),
      "rollout",
    ),
  },
  examples: [
    "muster rollouts get",
    "muster rollouts get latest",
    "muster rollouts get 3",
    "muster rollouts get rol_01JD0000000000000000000000 --json",
  ],
  answer: rolloutDetail,
  async run(cli, { args }) {
    const id = await findRolloutId(cli, args.rollout, true);
    const found = await (await cli.client()).call("GET /v1/rollouts/{rollout}", { path: { rollout: id } });
    cli.output.result(found, (style) => showRollout(found, style));
  },
});
