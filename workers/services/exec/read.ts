import { type ExecSessionFilter, listExecSessions } from "../../../db/queries/exec-sessions.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { ExecSession } from "../../../protocol/api/exec.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { somewhereScope } from "../scope.ts";
import { type ExecSessionInput, execScope, visibleSessions } from "./scope.ts";
import { execSessionView } from "./view.ts";

export async function get({ ctx, input }: { ctx: Context; input: ExecSessionInput }): Promise<ExecSession> {
  const { row } = await execScope(ctx, input, "exec.read");
  return execSessionView(row, ctx.clock.now());
}

/** Newest first. A page may be shorter than asked for: sessions of agents that the caller may not see are left out. */
export async function list({
  ctx,
  input,
}: {
  ctx: Context;
  input: ListInput & { org: OrganizationId; filter: Omit<ExecSessionFilter, "places"> };
}) {
  const { organization, places } = somewhereScope(ctx, input.org, "exec.read");
  const before = idCursor("stream", input.cursor);
  const found = await listExecSessions(
    ctx.db,
    organization.id,
    { ...input.filter, places },
    { limit: input.limit, ...(before && { before }) },
  );
  const nowMs = ctx.clock.now();
  const page = pageOf(
    found,
    (row) => row,
    (row) => row.id,
  );
  const seen = await visibleSessions(ctx, organization.id, page.items, "exec.read");
  return { ...page, items: seen.map((row) => execSessionView(row, nowMs)) };
}
