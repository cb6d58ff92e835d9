import type { StreamTerms } from "../../../domain/streams/streams.ts";
import type { StreamTicket } from "../../../protocol/api/exec.ts";
import type { TailLogsBody } from "../../../protocol/api/logs.ts";
import type { TailSpec } from "../../../protocol/custom/logs.ts";
import { streamPath } from "../../../protocol/custom/streams.ts";
import { type AgentInput, askAgent } from "../agents/locate.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";

/** A quiet log is no reason to end. A viewer whose connection broke opens another, and goes on by its cursors. */
const terms: StreamTerms = { idleSeconds: 3_600, maxSeconds: 3_600, graceSeconds: 0, record: false };
/** Where nothing says where to begin. */
const defaultLines = 100;

export async function tail({
  ctx,
  input,
}: {
  ctx: Context;
  input: AgentInput & TailLogsBody;
}): Promise<StreamTicket> {
  const { agent } = input;
  const spec = specOf(input);
  const what = spec.sources.length > 0 ? spec.sources.join(", ") : "what it runs";
  const streamId = ctx.ids.make("stream");
  const { value, fleet } = await askAgent(ctx, { agent }, "log.read", (stub, scope) =>
    stub.openStream(scope, agent, {
      streamId,
      kind: "logs",
      spec: { ...spec },
      terms,
      title: `Logs of ${what}`,
      size: null,
      actor: ctx.actor.id,
      name: ctx.actor.name,
    }),
  );
  const { organizationId } = fleet;
  try {
    await commit(ctx, {
      organizationId,
      note: {
        action: "log.tail",
        target: agent,
        summary: `read logs of an agent of fleet ${fleet.slug}: ${what}`,
        sensitiveRead: true,
      },
      statements: [],
    });
  } catch (error) {
    ctx.afterwards(ctx.stream(streamId).end({ organizationId, fleetId: fleet.id }, "ended"));
    throw error;
  }
  const { ticket, expiresAtMs } = value;
  return { streamId, path: streamPath(streamId), ticket, expiresAt: new Date(expiresAtMs).toISOString() };
}

function specOf({ sources, since, until, text, ignoreCase, lines, follow, cursors }: TailLogsBody): TailSpec {
  const begins = since !== undefined || Object.keys(cursors).length > 0;
  return {
    sources,
    sinceMs: since === undefined ? null : Date.parse(since),
    untilMs: until === undefined ? null : Date.parse(until),
    text: text ?? null,
    ignoreCase,
    lines: lines ?? (begins ? null : defaultLines),
    // Nothing that comes is before then.
    follow: follow && until === undefined,
    cursors,
  };
}
