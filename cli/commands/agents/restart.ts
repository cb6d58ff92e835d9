import { agentAction } from "../../../protocol/api/agents.ts";
import { showReceipt } from "../../receipt.ts";
import { argument, command, text } from "../../spec.ts";
import { findAgent } from "./find.ts";

export const restartAgent = command({
  name: "restart",
  summary: "Ask an agent to restart what it runs",
  args: { agent: argument("Id or name", text, "agent") },
  examples: ["muster agents restart web-1"],
  answer: agentAction,
  async run(cli, { args }) {
    const id = await findAgent(cli, args.agent);
    const client = await cli.client();
    const found = await client.call("POST /v1/agents/{agent}/restart", { path: { agent: id } });
    cli.output.result(found, (style) => showReceipt(found.receipt, style));
  },
});
