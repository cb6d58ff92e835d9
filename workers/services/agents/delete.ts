import type { DeletedAgent } from "../../../protocol/api/agents.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { type AgentInput, askAgent } from "./locate.ts";

/** For good: the fleet ends its connection and its credential, and forgets it. Rollouts no longer wait for it. */
export async function remove({ ctx, input }: { ctx: Context; input: AgentInput }): Promise<DeletedAgent> {
  const { value: agent, fleet } = await askAgent(ctx, input, "agent.delete", async (stub, scope) => {
    const found = await stub.getAgent(scope, input.agent);
    if (!found.ok) return found;
    const gone = await stub.deleteAgent(scope, input.agent, ctx.actor.id, ctx.actor.name);
    return gone.ok ? found : gone;
  });
  await commit(ctx, {
    organizationId: fleet.organizationId,
    note: {
      action: "agent.delete",
      target: agent.id,
      summary: `deleted agent ${agent.name} of fleet ${fleet.slug}`,
      changes: [{ path: "agent", before: { name: agent.name, status: agent.status }, after: null }],
    },
    statements: [],
  });
  return {
    receipt: makeReceipt(ctx, {
      kind: "agent.delete",
      ids: { agent: agent.id, fleet: fleet.id },
      summary: `Agent ${agent.name} is deleted: its socket is closed, its credential counts no longer, and rollouts do not wait for it. What it runs is left as it is.`,
      changes: [{ path: "agent", before: agent.status, after: null }],
      next: [
        {
          label: "Enrol the machine anew",
          command: `muster tokens create --fleet ${fleet.slug}`,
          href: `/v1/fleets/${fleet.id}/enrollment-tokens`,
        },
      ],
    }),
  };
}
