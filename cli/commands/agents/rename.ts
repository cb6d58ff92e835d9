import { updatedAgent } from "../../../protocol/api/agent-actions.ts";
import { Failure } from "../../exit-codes.ts";
import { showReceipt } from "../../receipt.ts";
import { argument, command, flag, text } from "../../spec.ts";
import { findAgent } from "./find.ts";

export const renameAgent = command({
  name: "rename",
  summary: "Call an agent by another name than it reports",
  args: {
    agent: argument("Id or name", text, "agent"),
    name: argument("The new name; left out with --reset", text.optional()),
  },
  options: { reset: flag("--reset", "Again as it reports") },
  examples: ['muster agents rename web-1 "front door"', "muster agents rename web-1 --reset"],
  answer: updatedAgent,
  async run(cli, { args, options }) {
    if ((args.name === undefined) !== options.reset) {
      throw new Failure("usage", "Give either a new name or --reset.");
    }
    const id = await findAgent(cli, args.agent);
    const client = await cli.client();
    const done = await client.call("PATCH /v1/agents/{agent}", {
      path: { agent: id },
      body: { name: args.name ?? null },
    });
    if ("receipt" in done) cli.output.result(done, (style) => showReceipt(done.receipt, style));
  },
});
