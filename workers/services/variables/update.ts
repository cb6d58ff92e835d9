import { GuardFailed } from "../../../db/batch.ts";
import type { VariableRow } from "../../../db/queries/inputs.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { deleteVariable, updateVariable, variableHasVersion } from "../../../db/queries/variables.ts";
import { encodeVariable } from "../../../domain/configs/inputs/variables.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import type { UpdateVariableBody, VariableChange } from "../../../protocol/api/variables.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { changeReceipt, changesOf, noteOf } from "./receipt.ts";
import { type VariableInput, variableScope } from "./scope.ts";
import { variableEtag, variableView } from "./view.ts";

export interface ChangeVariable extends VariableInput {
  /** The ETag that the change was made against; without one, the newest state is meant. */
  ifMatch?: string | undefined;
}

export interface UpdateVariable extends ChangeVariable {
  body: UpdateVariableBody;
}

export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateVariable;
}): Promise<{ change: VariableChange; etag: string }> {
  const { environment, row, next } = await draft(ctx, input);
  if (changesOf(row, next).length === 0) {
    const receipt = changeReceipt(ctx, "variable.update", environment, row, row);
    return { change: { ...variableView(row), receipt }, etag: variableEtag(row) };
  }
  await guarded(ctx, input, row, () =>
    commit(ctx, {
      organizationId: row.organizationId,
      note: noteOf("variable.update", environment, row, next),
      guards: [unchanged(row)],
      statements: [updateVariable(ctx.db, row.organizationId, row.id, next)],
    }),
  );
  const receipt = changeReceipt(ctx, "variable.update", environment, row, next);
  return { change: { ...variableView(next), receipt }, etag: variableEtag(next) };
}

/** Releases that have it keep it. */
export async function remove({
  ctx,
  input,
}: {
  ctx: Context;
  input: ChangeVariable;
}): Promise<ReceiptAnswer> {
  const { environment, row } = await held(ctx, input);
  await guarded(ctx, input, row, () =>
    commit(ctx, {
      organizationId: row.organizationId,
      note: noteOf("variable.delete", environment, row, null),
      guards: [unchanged(row)],
      statements: [deleteVariable(ctx.db, row.organizationId, row.id)],
    }),
  );
  return { receipt: changeReceipt(ctx, "variable.delete", environment, row, null) };
}

async function held(
  ctx: Context,
  input: ChangeVariable,
): Promise<{ row: VariableRow; environment: EnvironmentRow }> {
  const found = await variableScope(ctx, input, "variable.write");
  if (input.ifMatch && !matchesEtag(input.ifMatch, variableEtag(found.row))) moved(found.row);
  return found;
}

async function draft(ctx: Context, input: UpdateVariable) {
  const { row, environment } = await held(ctx, input);
  const { value, type, description } = input.body;
  const given =
    value === undefined && type === undefined
      ? { type: row.type, text: row.value }
      : encodeVariable(value === undefined ? variableView(row).value : value, type);
  const next: VariableRow = {
    ...row,
    type: given.type,
    value: given.text,
    description: description ?? row.description,
    author: ctx.actor.name,
    version: row.version + 1,
    updatedAt: ctx.clock.now(),
  };
  return { environment, row, next };
}

const unchanged = (row: VariableRow) => ({
  name: "version",
  holds: variableHasVersion(row.organizationId, row.id, row.version),
});

async function guarded(
  ctx: Context,
  input: VariableInput,
  row: VariableRow,
  write: () => Promise<unknown>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    const now = await variableScope(ctx, input, "variable.write");
    moved(now.row.version === row.version ? row : now.row);
  }
}

function moved(now: VariableRow): never {
  const { value } = variableView(now);
  return refuse(
    "conflict",
    `${now.name} was changed meanwhile by ${now.author}; its ETag is now ${variableEtag(now)}. Read it again, then repeat.`,
    [{ path: "value", message: `is now ${JSON.stringify(value)}` }],
  );
}
