import { rowsToExport, tenantTables } from "../../../db/queries/erasure.ts";
import { fleetNames } from "../../../db/queries/fleets.ts";
import { listMembers } from "../../../db/queries/members.ts";
import type { OrganizationRow } from "../../../db/queries/organizations.ts";
import type { FleetId, Id, OrganizationId } from "../../../domain/ids.ts";
import { resolutions } from "../../../domain/metrics/resolutions.ts";
import type { ExportLine } from "../../../protocol/api/organizations.ts";
import { noteRead } from "../audit/commit.ts";
import { requireRecent } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { iso } from "../time.ts";
import { organizationRow } from "./get.ts";

const rowsAtOnce = 200;

/** Everything, one JSON value a line; read a page at a time, so that it may be long. */
export async function exportAll({
  ctx: asked,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId };
}): Promise<{ fileName: string; lines: AsyncGenerator<string> }> {
  const { row } = await organizationRow(asked, input.org, "organization.export");
  const ctx = requireRecent(asked);
  await noteRead(ctx, row.id, {
    action: "organization.export",
    target: row.id,
    summary: `exported everything of ${row.name}`,
  });
  const day = iso(ctx.clock.now()).slice(0, 10);
  return { fileName: `${row.slug}-${day}.ndjson`, lines: linesOf(ctx, row) };
}

async function* linesOf(ctx: Context, organization: OrganizationRow): AsyncGenerator<string> {
  const organizationId = organization.id;
  const line = (value: ExportLine) => `${JSON.stringify(value)}\n`;
  const rows: Record<string, number> = {};
  const one = (table: string, row: Record<string, unknown>) => {
    rows[table] = (rows[table] ?? 0) + 1;
    return line({ kind: "row", table, row });
  };
  const tables = tenantTables.map(({ name }) => name);
  yield line({
    kind: "organization",
    exportedAt: iso(ctx.clock.now()),
    organizationId,
    tables: ["organizations", ...tables, "people", "agents", "metrics"],
  });
  yield one("organizations", organization);
  for (const table of tables) {
    for (let after: string | null = "", page = null; after !== null; after = page.last) {
      page = await rowsToExport(ctx.db, organizationId, table, { limit: rowsAtOnce, after: after || null });
      for (const row of page.rows) yield one(table, row);
    }
  }
  for await (const person of people(ctx, organizationId)) yield one("people", person);
  const unasked: FleetId[] = [];
  for (const { id } of await fleetNames(ctx.db, organizationId)) {
    for await (const agent of agents(ctx, organizationId, id)) {
      if (agent === null) unasked.push(id);
      else yield one("agents", agent);
    }
    const metrics = await metricsOf(ctx, organizationId, id);
    if (metrics) yield one("metrics", metrics);
  }
  yield line({ kind: "end", rows, unasked });
}

/** Members by name: what other rows only know by id. */
async function* people(ctx: Context, organizationId: OrganizationId) {
  let after: Id<"membership"> | undefined;
  for (;;) {
    const page = { limit: rowsAtOnce, ...(after && { after }) };
    const { rows, more } = await listMembers(ctx.db, organizationId, {}, page);
    for (const { membership, email, name } of rows) yield { id: membership.userId, email, name };
    after = rows.at(-1)?.membership.id;
    if (!more || !after) return;
  }
}

/** Agents are known to their fleet alone. null = it could not be asked. */
async function* agents(ctx: Context, organizationId: OrganizationId, id: FleetId) {
  let cursor: string | null = null;
  do {
    const query = { sort: "enrolledAt" as const, limit: rowsAtOnce, ...(cursor !== null && { cursor }) };
    const asked: Awaited<ReturnType<typeof askPage>> = await askPage(ctx, organizationId, id, query);
    if (!asked.ok) {
      yield null;
      return;
    }
    for (const agent of asked.value.items) yield { ...agent };
    cursor = asked.value.nextCursor;
  } while (cursor !== null);
}

/** The fleet's sums by hours, as far back as they are kept; null = it stores none. One that cannot be asked is in `unasked` by its agents. */
async function metricsOf(ctx: Context, organizationId: OrganizationId, id: FleetId) {
  const fromMs = ctx.clock.now() - resolutions["1h"].keptSeconds * 1000;
  const asked = await tryFleet(ctx, { id, organizationId }, (stub, scope) =>
    stub.fleetMetrics(scope, { fromMs, resolution: "1h" }),
  );
  return asked.ok && asked.value.series.length > 0 ? { ...asked.value } : null;
}

const askPage = (
  ctx: Context,
  organizationId: OrganizationId,
  id: FleetId,
  query: { sort: "enrolledAt"; limit: number; cursor?: string },
) => tryFleet(ctx, { id, organizationId }, (stub, scope) => stub.listAgents(scope, query));
