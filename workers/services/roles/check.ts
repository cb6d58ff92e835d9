import type { CustomRoleRow } from "../../../db/queries/roles.ts";
import type { StoredStatement } from "../../../db/schema/access.ts";
import type { Statement } from "../../../domain/tenancy/access.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import { checkScope } from "../access/check-scope.ts";
import { refuseExcess } from "../access/role.ts";
import type { Context, Membership } from "../context.ts";

/** What a role says of who has it for the whole organization. */
export const everywhere = (row: Pick<CustomRoleRow, "id" | "name" | "statements">): Statement[] =>
  statementsOf(row.id, row, { kind: "organization" }, "a binding");

/** Refuses scopes that are not in the organization, and what the asker may not do. */
export async function checkStatements(
  ctx: Context,
  organization: Membership,
  row: Pick<CustomRoleRow, "id" | "name"> & { statements: StoredStatement[] },
): Promise<void> {
  for (const [index, { scope, permissions }] of row.statements.entries()) {
    await checkScope(ctx, organization.id, scope, permissions, `statements[${index}].scope`);
  }
  refuseExcess(organization, everywhere(row), "a role", "statements");
}
