import { z } from "zod";
import { agentAction } from "../../../protocol/api/agents.ts";
import { showReceipt } from "../../receipt.ts";
import { command, words } from "../../spec.ts";
import { endMany, endOptions, onlyOne, sure } from "./end.ts";
import { findAgent } from "./find.ts";
import { manyAnswer } from "./many.ts";

export const revokeAgent = command({
  name: "revoke",
  summary: "Cut agents off: their credential and their connection end at once",
  about:
    "This cannot be undone; a host must enrol again with a new token. Of many, it shows which first, and then ends these very agents.",
  args: { agents: words("Ids or names") },
  options: endOptions,
  examples: [
    "muster agents revoke web-1",
    "muster agents revoke web-1 --yes",
    "muster agents revoke --selector rack=7 --dry-run",
  ],
  answer: z.union([agentAction, manyAnswer]),
  async run(cli, { args, options }) {
    const only = onlyOne(args.agents, options);
    if (only === undefined) {
      await endMany(cli, args.agents, options, { action: "revoke" });
      return;
    }
    const id = await findAgent(cli, only);
    await sure(cli, options, `Cut off agent ${only} (${id}) for good?`, "revoke");
    const client = await cli.client();
    const found = await client.call("POST /v1/agents/{agent}/revoke", { path: { agent: id } });
    cli.output.result(found, (style) => showReceipt(found.receipt, style));
  },
});
