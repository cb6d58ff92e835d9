import { write } from "../../../db/batch.ts";
import type { AgentAction } from "../../../protocol/api/agents.ts";
import { auditNote } from "../audit/note.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { type AgentInput, askAgent } from "./locate.ts";

export async function restart({ ctx, input }: { ctx: Context; input: AgentInput }): Promise<AgentAction> {
  const { value: agent, fleet } = await askAgent(ctx, input, "agent.operate", (stub, scope) =>
    stub.restartAgent(scope, input.agent, ctx.actor.id, ctx.actor.name),
  );
  await write(ctx.db, [
    auditNote(ctx, fleet.organizationId, {
      action: "agent.restart",
      target: agent.id,
      summary: `asked agent ${agent.name} of fleet ${fleet.slug} to restart`,
    }),
  ]);
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
