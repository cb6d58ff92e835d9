import { type ConfigRow, listConfigs } from "../../../db/queries/configs.ts";
import { DomainError } from "../../../domain/errors.ts";
import {
  matchSelector,
  parseSelector,
  type Selector,
  SelectorError,
} from "../../../domain/fleets/selector.ts";
import type { ConfigId, ProjectId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { encodeCursor, idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { projectScope } from "../scope.ts";
import { configView } from "./view.ts";

export interface ListConfigs extends ListInput {
  project: ProjectId;
  /** A selector over the configs' own labels. */
  label?: string | undefined;
  kind?: string | undefined;
  q?: string | undefined;
}

const rowsAtOnce = 500;
/** Rows that one page looks at; past them it ends early, with a cursor. */
const maxScanned = 5_000;

export async function list({ ctx, input }: { ctx: Context; input: ListConfigs }) {
  const project = await projectScope(ctx, input.project, "config.read");
  const after = idCursor("config", input.cursor);
  const filter = { ...(input.kind && { kind: input.kind }), ...(input.q && { q: input.q }) };
  const read = (limit: number, from: ConfigId | undefined) =>
    listConfigs(ctx.db, project.organizationId, project.id, {
      limit,
      ...filter,
      ...(from && { after: from }),
    });
  if (!input.label) return pageOf(await read(input.limit, after), configView, (row) => row.id);

  const selector = readLabel(input.label);
  const found: ConfigRow[] = [];
  let last = after;
  for (let scanned = 0; scanned < maxScanned; scanned += rowsAtOnce) {
    const { rows, more } = await read(rowsAtOnce, last);
    for (const row of rows) {
      if (!matchSelector(selector, row.labels)) continue;
      if (found.length === input.limit) {
        return pageOf({ rows: found, more: true }, configView, (one) => one.id);
      }
      found.push(row);
    }
    last = rows.at(-1)?.id ?? last;
    if (!more) return pageOf({ rows: found, more: false }, configView, (row) => row.id);
  }
  return { items: found.map(configView), nextCursor: last ? encodeCursor(last) : null };
}

function readLabel(label: string): Selector {
  try {
    return parseSelector(label);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    const errors = (error.refusal.errors ?? []).map((one) => ({ ...one, path: "label" }));
    throw new DomainError({ ...error.refusal, errors });
  }
}
