import type { AgentAction } from "../../../protocol/api/agents.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { type AgentInput, askAgent } from "./locate.ts";

export async function revoke({ ctx, input }: { ctx: Context; input: AgentInput }): Promise<AgentAction> {
  const { value: agent, fleet } = await askAgent(ctx, input, "agent.revoke", (stub, scope) =>
    stub.revokeAgent(scope, input.agent, ctx.actor.id, ctx.actor.name),
  );
  await commit(ctx, {
    organizationId: fleet.organizationId,
    note: {
      action: "agent.revoke",
      target: agent.id,
      summary: `revoked agent ${agent.name} of fleet ${fleet.slug}`,
      changes: [{ path: "agent.status", after: agent.status }],
    },
    statements: [],
  });
  const receipt = makeReceipt(ctx, {
    kind: "agent.revoke",
    ids: { agent: agent.id, fleet: fleet.id },
    summary: `Agent ${agent.name} is revoked: its socket is closed and its credential counts no longer.`,
    changes: [{ path: "agent.status", after: agent.status }],
    next: [
      {
        label: "Enrol the machine anew",
        command: `muster tokens create --fleet ${fleet.slug}`,
        href: `/v1/fleets/${fleet.id}/enrollment-tokens`,
      },
    ],
  });
  return { ...agent, receipt };
}
