import { auditChain, auditHashes, findAuditAnchor, lastAuditSeq } from "../../../db/queries/audit.ts";
import { genesis } from "../../../domain/audit/chain.ts";
import { csvLine } from "../../../domain/audit/csv.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { AuditFilter, ExportedAuditEvent } from "../../../protocol/api/audit.ts";
import type { Context } from "../context.ts";
import { organizationScope } from "../scope.ts";
import { noteRead } from "./commit.ts";
import { rowFilter } from "./filter.ts";
import { sealAsFarAsPossible } from "./seal.ts";
import { auditEventView } from "./view.ts";

const pageSize = 1_000;

export type ExportInput = AuditFilter & { org: OrganizationId; format: "ndjson" | "csv" };

/** Oldest first, up to the export's own audit row; read page by page as the lines are taken. */
export async function exportEvents({
  ctx,
  input: { org, format, ...filter },
}: {
  ctx: Context;
  input: ExportInput;
}): Promise<{ fileName: string; lines: AsyncGenerator<string> }> {
  const organization = organizationScope(ctx, org, "audit.export");
  const rows = rowFilter(filter);
  const told = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  await noteRead(ctx, organization.id, {
    action: "audit.export",
    target: organization.id,
    summary: `exported the audit events as ${format}${told.length === 0 ? "" : `, only ${told.join(", ")}`}`,
  });
  await sealAsFarAsPossible(ctx, organization.id);
  const toSeq = await lastAuditSeq(ctx.db, organization.id);
  const events = exported(ctx, organization.id, toSeq, rows);
  const day = new Date(ctx.clock.now()).toISOString().slice(0, 10);
  return {
    fileName: `audit-${organization.slug}-${day}.${format}`,
    lines: format === "csv" ? csvLines(events) : jsonLines(events),
  };
}

async function* exported(
  ctx: Context,
  id: OrganizationId,
  toSeq: number,
  filter: ReturnType<typeof rowFilter>,
): AsyncGenerator<ExportedAuditEvent[]> {
  const anchor = await findAuditAnchor(ctx.db, id);
  const hashes = new Map([[0, genesis.hash]]);
  if (anchor) hashes.set(anchor.seq, anchor.hash);
  let afterSeq = 0;
  for (;;) {
    const rows = await auditChain(ctx.db, id, { afterSeq, toSeq, limit: pageSize }, filter);
    for (const { seq, hash } of rows) hashes.set(seq, hash ?? "");
    const before = rows.map(({ seq }) => seq - 1).filter((seq) => !hashes.has(seq));
    for (const { seq, hash } of before.length > 0 ? await auditHashes(ctx.db, id, before) : []) {
      hashes.set(seq, hash ?? "");
    }
    // A hash that is missing stands empty: whoever checks the export sees that the chain is broken there.
    yield rows.map((row) => ({
      ...auditEventView(row),
      hash: row.hash ?? "",
      previousHash: hashes.get(row.seq - 1) ?? "",
    }));
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return;
    afterSeq = last.seq;
    hashes.clear();
    hashes.set(last.seq, last.hash ?? "");
  }
}

async function* jsonLines(pages: AsyncGenerator<ExportedAuditEvent[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((event) => `${JSON.stringify(event)}\n`).join("");
}

const columns = [
  "seq",
  "at",
  "actor",
  "actorName",
  "onBehalfOf",
  "action",
  "target",
  "summary",
  "changes",
  "address",
  "userAgent",
  "requestId",
  "sensitiveRead",
  "id",
  "hash",
  "previousHash",
] as const satisfies (keyof ExportedAuditEvent)[];

async function* csvLines(pages: AsyncGenerator<ExportedAuditEvent[]>): AsyncGenerator<string> {
  yield csvLine(columns);
  for await (const page of pages) {
    const cells = ({ changes, ...event }: ExportedAuditEvent) =>
      columns.map((name) => (name === "changes" ? JSON.stringify(changes) : event[name]));
    yield page.map((event) => csvLine(cells(event))).join("");
  }
}
