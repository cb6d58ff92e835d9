import { insertServiceAccount, type ServiceAccountRow } from "../../../db/queries/service-accounts.ts";
import type { OrganizationId, RoleId } from "../../../domain/ids.ts";
import type { Role } from "../../../domain/tenancy/roles.ts";
import type { ServiceAccountChange } from "../../../protocol/api/service-accounts.ts";
import { givenRole, refuseExcess, statementsOfRole } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { organizationScope } from "../scope.ts";
import { refuseIfTaken } from "../taken.ts";
import { serviceAccountView } from "./view.ts";

export interface CreateServiceAccount {
  org: OrganizationId;
  name: string;
  description: string;
  role: Role | RoleId;
}

export async function create({
  ctx,
  input,
}: {
  ctx: Context;
  input: CreateServiceAccount;
}): Promise<ServiceAccountChange> {
  const organization = organizationScope(ctx, input.org, "service_account.write");
  const role = await givenRole(ctx, organization.id, input.role);
  refuseExcess(
    organization,
    statementsOfRole(role, { kind: "organization" }, "the service account"),
    "a service account",
  );
  const row: ServiceAccountRow = {
    id: ctx.ids.make("serviceAccount"),
    organizationId: organization.id,
    name: input.name,
    description: input.description,
    role: role.id,
    createdBy: ctx.actor.id,
    createdAt: ctx.clock.now(),
    disabledAt: null,
  };
  const changes = [{ path: "serviceAccount", after: { name: row.name, role: role.name } }];
  await refuseIfTaken(
    commit(ctx, {
      organizationId: organization.id,
      note: {
        action: "service_account.create",
        target: row.id,
        summary: `created service account ${row.name} with the role ${role.name}`,
        changes,
      },
      quotas: ["serviceAccounts"],
      statements: [insertServiceAccount(ctx.db, organization.id, row)],
    }),
    "service_accounts.name",
    { path: "name", value: row.name, noun: "service account" },
  );
  return {
    ...serviceAccountView({ row, custom: role.custom ?? null }),
    receipt: makeReceipt(ctx, {
      kind: "service_account.create",
      ids: { serviceAccount: row.id, organization: organization.id },
      summary: `Service account ${row.name} is there, with the role ${role.name}. It signs in by keys of its own.`,
      changes,
      next: [
        {
          label: "Make it a key",
          command: `muster keys create key-1 --service-account ${row.id} --role ${row.role}`,
          href: `/v1/orgs/${organization.id}/api-keys`,
        },
      ],
      undo: {
        command: `muster service-accounts delete ${row.id}`,
        href: `/v1/service-accounts/${row.id}`,
      },
    }),
  };
}
