import { agent } from "../../../protocol/api/agents.ts";
import { path } from "../../client.ts";
import { argument, command, text } from "../../spec.ts";
import { findAgentId } from "./find.ts";

export const restartAgent = command({
  name: "restart",
  summary: "Ask an agent to restart what it runs",
  args: { agent: argument("Id or name", text) },
  examples: ["muster agents restart web-1"],
  async run(cli, { args }) {
    const id = await findAgentId(cli, args.agent);
    const found = await (await cli.client()).post(path`/v1/agents/${id}/restart`, agent);
    cli.output.result(
      found,
      () => `Asked agent ${found.name} (${found.id}) to restart.\nNext: muster events -f`,
    );
  },
});
