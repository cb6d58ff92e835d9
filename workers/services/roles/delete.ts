import { GuardFailed } from "../../../db/batch.ts";
import { countRoleUses, deleteCustomRole, type RoleUses, roleUnused } from "../../../db/queries/roles.ts";
import { refuse } from "../../../domain/errors.ts";
import type { RoleId } from "../../../domain/ids.ts";
import { plural } from "../../../domain/plural.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { roleScope } from "./get.ts";

const nouns: Record<keyof RoleUses, string> = {
  members: "member",
  bindings: "binding",
  serviceAccounts: "service account",
  apiKeys: "API key",
  invitations: "invitation",
  ssoConnections: "single sign-on connection",
};

/** Only a role that nobody and nothing has; checked where it is deleted. */
export async function remove({
  ctx,
  input,
}: {
  ctx: Context;
  input: { role: RoleId };
}): Promise<ReceiptAnswer> {
  const { row } = await roleScope(ctx, input.role, "role.write");
  const { id, organizationId } = row;
  const changes = [{ path: "role", before: { name: row.name, statements: row.statements }, after: null }];
  try {
    await commit(ctx, {
      organizationId,
      note: { action: "role.delete", target: id, summary: `deleted role ${row.name}`, changes },
      guards: [{ name: "unused", holds: roleUnused(organizationId, id) }],
      statements: [deleteCustomRole(ctx.db, organizationId, id)],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed) || error.guard !== "unused") throw error;
    const uses = await countRoleUses(ctx.db, organizationId, id);
    const told = (Object.keys(nouns) as (keyof RoleUses)[])
      .filter((place) => uses[place] > 0)
      .map((place) => plural(uses[place], nouns[place]));
    refuse(
      "conflict",
      `Role ${row.name} is in use: ${told.join(", ")}. Give them another role first, then delete it.`,
      [{ path: "role", message: `is in use: ${told.join(", ")}` }],
    );
  }
  return {
    receipt: makeReceipt(ctx, {
      kind: "role.delete",
      ids: { role: id, organization: organizationId },
      summary: `Role ${row.name} is gone. Nobody had it.`,
      changes,
      next: [{ label: "Make it anew", command: "muster roles create" }],
    }),
  };
}
