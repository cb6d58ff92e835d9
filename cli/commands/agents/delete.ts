import { deletedAgent } from "../../../protocol/api/agents.ts";
import { Failure } from "../../exit-codes.ts";
import { ask } from "../../prompt.ts";
import { showReceipt } from "../../receipt.ts";
import { argument, command, flag, text } from "../../spec.ts";
import { findAgent } from "./find.ts";

export const deleteAgent = command({
  name: "delete",
  summary: "Take an agent out of the fleet, with all that is known of it",
  about:
    "Its connection ends and its credential is refused. A running rollout counts it as unreachable and waits for it no longer. This cannot be undone; the host must enrol again with a new token.",
  args: { agent: argument("Id or name", text, "agent") },
  options: { yes: flag("-y, --yes", "Do not ask") },
  examples: ["muster agents delete web-1", "muster agents delete web-1 --yes"],
  answer: deletedAgent,
  async run(cli, { args, options }) {
    const id = await findAgent(cli, args.agent);
    if (!options.yes) {
      const answer = await ask(cli.io, `Delete agent ${args.agent} (${id}) for good? [y/N] `, {
        instead: "Pass --yes to delete without being asked.",
        signal: cli.signal,
      });
      if (!/^y(es)?$/i.test(answer.trim())) throw new Failure("failed", "Nothing was deleted.");
    }
    const client = await cli.client();
    const found = await client.call("DELETE /v1/agents/{agent}", { path: { agent: id } });
    cli.output.result(found, (style) => showReceipt(found.receipt, style));
  },
});
