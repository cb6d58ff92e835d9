import { z } from "zod";
import { sha256Hex } from "../../../domain/configs/hash.ts";
import { refuse, unwrap } from "../../../domain/errors.ts";
import type { AgentId } from "../../../domain/ids.ts";
import type { KeptLogs } from "../../../protocol/api/logs.ts";
import { type AgentInput, askAgent } from "../agents/locate.ts";
import { noteRead } from "../audit/commit.ts";
import type { Context } from "../context.ts";

export interface ReadKept {
  source?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  q?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** What a cursor of ours holds, sealed: the place, and whose search it belongs to. */
const sealedCursor = z.tuple([z.literal("kept logs"), z.string(), z.string(), z.string()]);

/** The first page of a search leaves an audit event; the others, by a cursor that this search gave out, belong to it. */
export async function readKept({
  ctx,
  input,
}: {
  ctx: Context;
  input: AgentInput & ReadKept;
}): Promise<KeptLogs> {
  const { agent, source, since, until, q, limit } = input;
  const { value, fleet } = await askAgent(ctx, { agent }, "log.read", (stub, scope) =>
    stub.getAgent(scope, agent),
  );
  const { organizationId, id: fleetId } = fleet;
  const search = sha256Hex(JSON.stringify([ctx.actor.id, source, since, until, q])).slice(0, 32);
  const from = input.cursor === undefined ? null : await openCursor(ctx, agent, input.cursor);
  const found = unwrap(
    await ctx.agentLogs(agent).read(
      { organizationId, fleetId },
      {
        source,
        sinceMs: since === undefined ? undefined : Date.parse(since),
        untilMs: until === undefined ? undefined : Date.parse(until),
        text: q,
        limit,
        cursor: from?.place,
      },
    ),
  );
  if (from?.search !== search) {
    await noteRead(ctx, organizationId, {
      action: "log.read",
      target: agent,
      summary: `read kept logs of agent ${value.name} of fleet ${fleet.slug}${source === undefined ? "" : `: ${source}`}`,
    });
  }
  const { nextCursor } = found;
  return {
    agentId: agent,
    ...found,
    nextCursor:
      nextCursor === null
        ? null
        : await ctx.sealer.seal(JSON.stringify(["kept logs", agent, search, nextCursor])),
  };
}

async function openCursor(
  ctx: Context,
  agent: AgentId,
  cursor: string,
): Promise<{ search: string; place: string }> {
  const text = await ctx.sealer.open(cursor).catch(() => "null");
  const read = sealedCursor.safeParse(JSON.parse(text));
  if (read.success && read.data[1] === agent) return { search: read.data[2], place: read.data[3] };
  return refuse("validation_failed", "The cursor is none of ours: send `nextCursor` of the page before", [
    { path: "cursor", message: "is no cursor of this agent's kept logs" },
  ]);
}
