import type { VariableRow } from "../../../db/queries/inputs.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { findVariable } from "../../../db/queries/variables.ts";
import type { Id } from "../../../domain/ids.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Context } from "../context.ts";
import { environmentScope, missing, organizationIds } from "../scope.ts";

export interface VariableInput {
  variable: Id<"variable">;
}

export async function variableScope(
  ctx: Context,
  { variable }: VariableInput,
  permission: Permission,
): Promise<{ row: VariableRow; environment: EnvironmentRow }> {
  const row = await findVariable(ctx.db, organizationIds(ctx), variable);
  if (!row) return missing("variable", variable);
  return { row, environment: await environmentScope(ctx, row.environmentId, permission) };
}
