import { unwrap } from "../../../domain/errors.ts";
import type { KeptLogs } from "../../../protocol/api/logs.ts";
import { type AgentInput, askAgent } from "../agents/locate.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";

export interface ReadKept {
  source?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  q?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** The first page of a search leaves an audit event, the others belong to it. */
export async function readKept({
  ctx,
  input,
}: {
  ctx: Context;
  input: AgentInput & ReadKept;
}): Promise<KeptLogs> {
  const { agent, source, since, until, q, limit, cursor } = input;
  const { value, fleet } = await askAgent(ctx, { agent }, "log.read", (stub, scope) =>
    stub.getAgent(scope, agent),
  );
  const { organizationId, id: fleetId } = fleet;
  const found = unwrap(
    await ctx.agentLogs(agent).read(
      { organizationId, fleetId },
      {
        source,
        sinceMs: since === undefined ? undefined : Date.parse(since),
        untilMs: until === undefined ? undefined : Date.parse(until),
        text: q,
        limit,
        cursor,
      },
    ),
  );
  if (cursor === undefined) {
    await commit(ctx, {
      organizationId,
      note: {
        action: "log.read",
        target: agent,
        summary: `read kept logs of agent ${value.name} of fleet ${fleet.slug}${source === undefined ? "" : `: ${source}`}`,
        sensitiveRead: true,
      },
      statements: [],
    });
  }
  return { agentId: agent, ...found };
}
