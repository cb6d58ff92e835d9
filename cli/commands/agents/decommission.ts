import { agentAction } from "../../../protocol/api/agents.ts";
import { Failure } from "../../exit-codes.ts";
import { ask } from "../../prompt.ts";
import { showReceipt } from "../../receipt.ts";
import { argument, command, flag, option, text, yesOption } from "../../spec.ts";
import { findAgent } from "./find.ts";

export const decommissionAgent = command({
  name: "decommission",
  summary: "Let an agent go for good, and keep its row with the reason",
  about:
    "Its credential ends, and Muster's own agent dials no more, also after a restart. On the host, `muster-agent decommission` does the same.",
  args: { agent: argument("Id or name", text, "agent") },
  options: {
    reason: option("--reason <text>", "What its row says", text.optional()),
    stop: flag("--stop", "Also stop what it runs, if it is online"),
    yes: yesOption,
  },
  examples: [
    'muster agents decommission web-1 --reason "machine sold"',
    "muster agents decommission web-1 --stop --yes",
  ],
  answer: agentAction,
  async run(cli, { args, options }) {
    const id = await findAgent(cli, args.agent);
    if (!options.yes) {
      const answer = await ask(cli.io, `Let agent ${args.agent} (${id}) go for good? [y/N] `, {
        instead: "Pass --yes to decommission without being asked.",
        signal: cli.signal,
      });
      if (!/^y(es)?$/i.test(answer.trim())) throw new Failure("failed", "Nothing was changed.");
    }
    const client = await cli.client();
    const found = await client.call("POST /v1/agents/{agent}/decommission", {
      path: { agent: id },
      body: { reason: options.reason, keepRunning: !options.stop },
    });
    cli.output.result(found, (style) => showReceipt(found.receipt, style));
  },
});
