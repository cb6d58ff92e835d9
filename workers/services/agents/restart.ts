import type { AgentAction } from "../../../protocol/api/agents.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { type AgentInput, askAgent } from "./locate.ts";

export async function restart({ ctx, input }: { ctx: Context; input: AgentInput }): Promise<AgentAction> {
  const { value: agent, fleet } = await askAgent(ctx, input, "agent.operate", (stub, scope) =>
    stub.restartAgent(scope, input.agent, ctx.actor.id, ctx.actor.name),
  );
  await commit(ctx, {
    organizationId: fleet.organizationId,
    note: {
      action: "agent.restart",
      target: agent.id,
      summary: `asked agent ${agent.name} of fleet ${fleet.slug} to restart`,
    },
    statements: [],
  });
  const receipt = makeReceipt(ctx, {
    kind: "agent.restart",
    ids: { agent: agent.id, fleet: fleet.id },
    summary: `Agent ${agent.name} was asked to restart what it runs.`,
    next: [
      { label: "See how it is", command: `muster agents get ${agent.id}`, href: `/v1/agents/${agent.id}` },
    ],
  });
  return { ...agent, receipt };
}
