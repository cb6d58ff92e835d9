import type { VariableRow } from "../../../db/queries/inputs.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { variablesNamed } from "../../../db/queries/variables.ts";
import type { InputImpact } from "../../../protocol/api/variables.ts";
import type { Context } from "../context.ts";
import { frozenVariable } from "../inputs/freeze.ts";
import { inputImpact } from "../inputs/impact.ts";
import { type VariableInput, variableScope } from "./scope.ts";

/** `change`: what the name's rows would become. */
export async function variableImpact(
  ctx: Context,
  environment: EnvironmentRow,
  name: string,
  change: (rows: VariableRow[]) => VariableRow[],
): Promise<InputImpact> {
  const rows = change(await variablesNamed(ctx.db, environment.organizationId, environment.id, name));
  return inputImpact(ctx, environment, name, ({ id }) => ({
    namespace: "var",
    name,
    rows: rows.filter(({ fleetId }) => fleetId === "" || fleetId === id).map(frozenVariable),
  }));
}

/** Of the name as it is set now. */
export async function impact({ ctx, input }: { ctx: Context; input: VariableInput }): Promise<InputImpact> {
  const { row, environment } = await variableScope(ctx, input, "variable.read");
  return variableImpact(ctx, environment, row.name, (rows) => rows);
}
