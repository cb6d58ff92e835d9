import { UniqueViolation } from "../../../db/batch.ts";
import type { VariableRow } from "../../../db/queries/inputs.ts";
import { insertVariable } from "../../../db/queries/variables.ts";
import { encodeVariable } from "../../../domain/configs/inputs/variables.ts";
import { refuse } from "../../../domain/errors.ts";
import type { EnvironmentId, FleetId } from "../../../domain/ids.ts";
import type { CreateVariableBody, InputImpact, VariableChange } from "../../../protocol/api/variables.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { placeOptions, placeText, readPlace } from "../inputs/place.ts";
import { environmentScope } from "../scope.ts";
import { variableImpact } from "./impact.ts";
import { changeReceipt, noteOf } from "./receipt.ts";
import { variableView } from "./view.ts";

export type CreateVariable = Omit<CreateVariableBody, "fleet"> & {
  environment: EnvironmentId;
  fleet: FleetId | null;
};

/** Changes no agent: releases take it when they are made. */
export async function create({
  ctx,
  input,
}: {
  ctx: Context;
  input: CreateVariable;
}): Promise<VariableChange> {
  const { environment, row, command } = await draft(ctx, input);
  try {
    await commit(ctx, {
      organizationId: row.organizationId,
      note: noteOf("variable.create", environment, null, row),
      quotas: ["variables"],
      statements: [insertVariable(ctx.db, row.organizationId, row)],
    });
  } catch (error) {
    if (!(error instanceof UniqueViolation)) throw error;
    refuse(
      "already_exists",
      `${row.name} is set already for ${placeText({ fleet: input.fleet, selector: row.selector })}. Change that one: ${command}`,
      [{ path: "name", message: "is set already for this place" }],
    );
  }
  return { ...variableView(row), receipt: changeReceipt(ctx, "variable.create", environment, null, row) };
}

/** Whom `create` would change after a rollout. Writes nothing. */
export async function previewCreate({
  ctx,
  input,
}: {
  ctx: Context;
  input: CreateVariable;
}): Promise<InputImpact> {
  const { environment, row } = await draft(ctx, input);
  return variableImpact(ctx, environment, row.name, (rows) => [
    ...rows.filter((one) => one.fleetId !== row.fleetId || one.selector !== row.selector),
    row,
  ]);
}

async function draft(ctx: Context, input: CreateVariable) {
  const environment = await environmentScope(ctx, input.environment, "variable.write");
  const { fleet, selector } = await readPlace(ctx, environment, input);
  const { type, text } = encodeVariable(input.value, input.type);
  const nowMs = ctx.clock.now();
  const row: VariableRow = {
    id: ctx.ids.make("variable"),
    organizationId: environment.organizationId,
    projectId: environment.projectId,
    environmentId: environment.id,
    name: input.name,
    fleetId: fleet?.id ?? "",
    selector,
    type,
    value: text,
    description: input.description,
    author: ctx.actor.name,
    version: 1,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
  const place = placeOptions(environment, { fleet, selector });
  return { environment, row, command: `muster variables set ${row.name} <value> ${place}` };
}
