import { rolloutAction } from "../../../protocol/api/rollouts.ts";
import { showReceipt } from "../../receipt.ts";
import { argument, type CommandSpec, command, option, text } from "../../spec.ts";
import { findRolloutIn, rolloutArgument } from "./find.ts";

function decision(verdict: "approve" | "reject", summary: string, about: string): CommandSpec {
  return command({
    name: verdict,
    summary,
    about,
    args: {
      rollout: argument(
        `${rolloutArgument}; the one that awaits approval when left out`,
        text.optional(),
        "rollout",
      ),
    },
    options: { comment: option("-m, --comment <text>", "Why", text.optional()) },
    examples: [
      `muster rollouts ${verdict}`,
      `muster rollouts ${verdict} rol_01JD0000000000000000000000 -m "${verdict === "approve" ? "checked on staging" : "not before the fair"}"`,
    ],
    answer: rolloutAction,
    async run(cli, { args, options }) {
      const id = await findRolloutIn(cli, args.rollout, ["awaiting_approval"], "awaits approval");
      const body = { verdict, comment: options.comment };
      const done = await (await cli.client()).call("POST /v1/rollouts/{rollout}/approvals", {
        path: { rollout: id },
        body,
      });
      cli.output.result(done, (style) => showReceipt(done.receipt, style));
    },
  });
}

export const approveRollout = decision(
  "approve",
  "Approve a rollout that awaits it",
  "Only people approve, never an API key. In a protected environment it takes another person than the author.",
);
export const rejectRollout = decision(
  "reject",
  "Reject a rollout that awaits approval",
  "It ends as cancelled, with the reason.",
);

export const overrideFreeze = command({
  name: "override-freeze",
  summary: "Let a rollout go on in spite of a freeze",
  about:
    "Admins only. It overrules the environment's freezes for this rollout, not its maintenance windows; the reason is kept in the audit log.",
  args: {
    rollout: argument(
      `${rolloutArgument}; the one that is held or pending when left out`,
      text.optional(),
      "rollout",
    ),
  },
  options: { reason: option("--reason <text>", "Why; kept in the audit log", text) },
  examples: ['muster rollouts override-freeze --reason "fixes the outage"'],
  answer: rolloutAction,
  async run(cli, { args, options }) {
    const id = await findRolloutIn(cli, args.rollout, ["paused", "scheduled"], "is held or pending");
    const done = await (await cli.client()).call("POST /v1/rollouts/{rollout}/override-freeze", {
      path: { rollout: id },
      body: { reason: options.reason },
    });
    cli.output.result(done, (style) => showReceipt(done.receipt, style));
  },
});
