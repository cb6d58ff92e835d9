import { type CustomRoleRow, insertCustomRole } from "../../../db/queries/roles.ts";
import type { StoredStatement } from "../../../db/schema/access.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { RoleChange } from "../../../protocol/api/roles.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { organizationScope } from "../scope.ts";
import { refuseIfTaken } from "../taken.ts";
import { checkStatements } from "./check.ts";
import { roleEtag, roleView } from "./view.ts";

export interface CreateRole {
  org: OrganizationId;
  name: string;
  description: string;
  statements: StoredStatement[];
}

export async function create({
  ctx,
  input,
}: {
  ctx: Context;
  input: CreateRole;
}): Promise<{ change: RoleChange; etag: string }> {
  const organization = organizationScope(ctx, input.org, "role.write");
  const nowMs = ctx.clock.now();
  const row: CustomRoleRow = {
    id: ctx.ids.make("role"),
    organizationId: organization.id,
    name: input.name,
    description: input.description,
    statements: input.statements,
    version: 1,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
  await checkStatements(ctx, organization, row);
  const changes = [{ path: "role", after: { name: row.name, statements: row.statements } }];
  await refuseIfTaken(
    commit(ctx, {
      organizationId: organization.id,
      note: { action: "role.create", target: row.id, summary: `created role ${row.name}`, changes },
      quotas: ["roles"],
      statements: [insertCustomRole(ctx.db, organization.id, row)],
    }),
    "custom_roles.name",
    { path: "name", value: row.name, noun: "role" },
  );
  return {
    etag: roleEtag(row),
    change: {
      ...roleView(row),
      receipt: makeReceipt(ctx, {
        kind: "role.create",
        ids: { role: row.id, organization: organization.id },
        summary: `Role ${row.name} is there. Nobody has it yet.`,
        changes,
        next: [
          {
            label: "Give it to somebody",
            command: `muster bindings create --role ${row.id} --subject <member, team or service account>`,
            href: `/v1/orgs/${organization.id}/bindings`,
          },
        ],
        undo: { command: `muster roles delete ${row.id}`, href: `/v1/roles/${row.id}` },
      }),
    },
  };
}
