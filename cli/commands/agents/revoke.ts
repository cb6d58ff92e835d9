import { agentAction } from "../../../protocol/api/agents.ts";
import { Failure } from "../../exit-codes.ts";
import { ask } from "../../prompt.ts";
import { showReceipt } from "../../receipt.ts";
import { argument, command, flag, text } from "../../spec.ts";
import { findAgent } from "./find.ts";

export const revokeAgent = command({
  name: "revoke",
  summary: "Cut an agent off: its credential and its connection end at once",
  about: "This cannot be undone; the host must enrol again with a new token.",
  args: { agent: argument("Id or name", text, "agent") },
  options: { yes: flag("-y, --yes", "Do not ask") },
  examples: ["muster agents revoke web-1", "muster agents revoke web-1 --yes"],
  answer: agentAction,
  async run(cli, { args, options }) {
    const id = await findAgent(cli, args.agent);
    if (!options.yes) {
      const answer = await ask(cli.io, `Cut off agent ${args.agent} (${id}) for good? [y/N] `, {
        instead: "Pass --yes to revoke without being asked.",
        signal: cli.signal,
      });
      if (!/^y(es)?$/i.test(answer.trim())) throw new Failure("failed", "Nothing was revoked.");
    }
    const client = await cli.client();
    const found = await client.call("POST /v1/agents/{agent}/revoke", { path: { agent: id } });
    cli.output.result(found, (style) => showReceipt(found.receipt, style));
  },
});
