import { rolloutApprovals } from "../../../protocol/api/rollouts.ts";
import { clean } from "../../output.ts";
import { argument, command, text } from "../../spec.ts";
import { clockTime } from "../../time.ts";
import { findRolloutId, rolloutArgument } from "./find.ts";

export const listApprovals = command({
  name: "approvals",
  summary: "Show who approved or rejected a rollout, and whether you may",
  args: {
    rollout: argument(
      `${rolloutArgument}; the active or else the last one when left out`,
      text.optional(),
      "rollout",
    ),
  },
  examples: ["muster rollouts approvals latest"],
  answer: rolloutApprovals,
  async run(cli, { args }) {
    const id = await findRolloutId(cli, args.rollout, true);
    const found = await (await cli.client()).call("GET /v1/rollouts/{rollout}/approvals", {
      path: { rollout: id },
    });
    const { you, items } = found;
    const rule = found.protected
      ? "Another person than the author must approve it: the environment is protected."
      : "A person must approve it.";
    cli.output.result(found, (style) =>
      [
        found.required ? rule : "It needs no approval.",
        you.may ? "You may approve it: muster rollouts approve" : `You may not: ${clean(you.why ?? "")}`,
        ...items.map(
          ({ verdict, by, at, comment }) =>
            `  ${verdict === "approve" ? style.color.green("approved") : style.color.red("rejected")} by ${clean(by)}${at === null ? "" : `, ${clockTime(at)}`}${comment === null ? "" : `: ${clean(comment)}`}`,
        ),
      ].join("\n"),
    );
  },
});
