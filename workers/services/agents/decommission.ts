import type { AgentId } from "../../../domain/ids.ts";
import type { AgentAction } from "../../../protocol/api/agents.ts";
import { ordered } from "../audit/ordered.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { makeReceipt } from "../receipts.ts";
import { askAgent } from "./locate.ts";

/** For good: its credential ends, our own agent is told to forget it, and its row stays with the reason. */
export async function decommission({
  ctx,
  input: { agent: agentId, ...how },
}: {
  ctx: Context;
  input: { agent: AgentId; reason: string; keepRunning: boolean };
}): Promise<AgentAction> {
  const by = { actor: ctx.actor.id, name: ctx.actor.name };
  const { value: known, fleet } = await askAgent(ctx, { agent: agentId }, "agent.revoke", (stub, scope) =>
    stub.getAgent(scope, agentId),
  );
  const tell = () => askFleet(ctx, fleet, (stub, scope) => stub.decommissionAgent(scope, agentId, how, by));
  const note = {
    action: "agent.decommission",
    target: agentId,
    summary: `decommissioned agent ${known.name} of fleet ${fleet.slug}: ${how.reason}`,
    changes: [{ path: "agent.decommissioned", before: null, after: how }],
  };
  // One that has left already leaves no second time.
  const agent = await (known.status === "revoked" ? tell() : ordered(ctx, fleet.organizationId, note, tell));
  const receipt = makeReceipt(ctx, {
    kind: "agent.decommission",
    ids: { agent: agent.id, fleet: fleet.id },
    summary: `Agent ${agent.name} is decommissioned: its credential counts no longer, and its row stays with the reason. ${how.keepRunning ? "What it runs goes on" : "If it was online, it stops what it runs"}.`,
    changes: [{ path: "agent.status", after: agent.status }],
    next: [
      {
        label: "Take its row away as well",
        command: `muster agents delete ${agent.id}`,
        href: `/v1/agents/${agent.id}`,
      },
    ],
  });
  return { ...agent, receipt };
}
