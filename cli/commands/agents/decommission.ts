import { z } from "zod";
import { agentAction } from "../../../protocol/api/agents.ts";
import { showReceipt } from "../../receipt.ts";
import { command, flag, option, text, words } from "../../spec.ts";
import { endMany, endOptions, onlyOne, sure } from "./end.ts";
import { findAgent } from "./find.ts";
import { manyAnswer } from "./many.ts";

export const decommissionAgent = command({
  name: "decommission",
  summary: "Let agents go for good, and keep their rows with the reason",
  about:
    "Their credentials end, and Muster's own agent dials no more, also after a restart. On the host, `muster-agent decommission` does the same. Of many, it shows which first, and then ends these very agents.",
  args: { agents: words("Ids or names") },
  options: {
    reason: option("--reason <text>", "What the row says", text.optional()),
    stop: flag("--stop", "Also stop what they run, if they are online"),
    ...endOptions,
  },
  examples: [
    'muster agents decommission web-1 --reason "machine sold"',
    "muster agents decommission web-1 --stop --yes",
    'muster agents decommission --selector rack=7 --reason "rack moved out" --dry-run',
  ],
  answer: z.union([agentAction, manyAnswer]),
  async run(cli, { args, options }) {
    const how = { reason: options.reason, keepRunning: !options.stop };
    const only = onlyOne(args.agents, options);
    if (only === undefined) {
      await endMany(cli, args.agents, options, { action: "decommission", ...how });
      return;
    }
    const id = await findAgent(cli, only);
    await sure(cli, options, `Let agent ${only} (${id}) go for good?`, "decommission");
    const client = await cli.client();
    const found = await client.call("POST /v1/agents/{agent}/decommission", {
      path: { agent: id },
      body: how,
    });
    cli.output.result(found, (style) => showReceipt(found.receipt, style));
  },
});
