import { updateServiceAccount } from "../../../db/queries/service-accounts.ts";
import type { RoleId, ServiceAccountId } from "../../../domain/ids.ts";
import type { Role } from "../../../domain/tenancy/roles.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import type { ServiceAccountChange } from "../../../protocol/api/service-accounts.ts";
import { accessOfServiceAccount } from "../access/of-service-account.ts";
import { givenRole, refuseExcess, refuseLifting, statementsOfRole } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import { differences } from "../changes.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { shellWord } from "../shell.ts";
import { refuseIfTaken } from "../taken.ts";
import { serviceAccountScope } from "./get.ts";
import { serviceAccountView } from "./view.ts";

export interface UpdateServiceAccount {
  serviceAccount: ServiceAccountId;
  name?: string | undefined;
  description?: string | undefined;
  role?: Role | RoleId | undefined;
  disabled?: boolean | undefined;
}

const everywhere = { kind: "organization" } as const;

/** Another role, another name, or disabled: then none of its keys counts, within 10 seconds. */
export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateServiceAccount;
}): Promise<ServiceAccountChange> {
  const { row, custom, organization } = await serviceAccountScope(
    ctx,
    input.serviceAccount,
    "service_account.write",
  );
  const present = statementsOf(row.role, custom ?? undefined, everywhere, "the service account");
  const role = input.role === undefined ? null : await givenRole(ctx, organization.id, input.role);
  if (role) {
    refuseExcess(
      organization,
      statementsOfRole(role, everywhere, "the service account"),
      "a service account",
    );
    refuseLifting(organization, present, "role");
  }
  // Its keys count again: as if they were given anew.
  if (input.disabled === false && row.disabledAt !== null) {
    const all = await accessOfServiceAccount(ctx, organization.id, row.id);
    refuseExcess(organization, all?.statements ?? present, "a service account that you enable", "disabled");
  }
  const next = {
    ...row,
    name: input.name ?? row.name,
    description: input.description ?? row.description,
    role: role?.id ?? row.role,
    disabledAt: disabledAt(row.disabledAt, input.disabled, ctx.clock.now()),
  };
  const changes = differences("serviceAccount", row, next, ["name", "description", "role", "disabledAt"]);
  if (changes.length > 0) {
    await refuseIfTaken(
      commit(ctx, {
        organizationId: organization.id,
        note: {
          action: "service_account.update",
          target: row.id,
          summary: `changed service account ${row.name}`,
          changes,
        },
        statements: [
          updateServiceAccount(ctx.db, organization.id, row.id, {
            name: next.name,
            description: next.description,
            role: next.role,
            disabledAt: next.disabledAt,
          }),
        ],
      }),
      "service_accounts.name",
      { path: "name", value: next.name, noun: "service account" },
    );
  }
  const changed = new Set(changes.map(({ path }) => path.split(".")[1]));
  const back = [
    ...(changed.has("name") ? [`--name ${shellWord(row.name)}`] : []),
    ...(changed.has("description") ? [`--description ${shellWord(row.description)}`] : []),
    ...(changed.has("role") ? [`--role ${row.role}`] : []),
    ...(changed.has("disabledAt") ? [row.disabledAt === null ? "--enable" : "--disable"] : []),
  ];
  return {
    ...serviceAccountView({ row: next, custom: role ? (role.custom ?? null) : custom }),
    receipt: makeReceipt(ctx, {
      kind: "service_account.update",
      ids: { serviceAccount: row.id, organization: organization.id },
      summary:
        changes.length === 0
          ? `Service account ${row.name} was so already; nothing has changed.`
          : `Service account ${next.name} has changed: ${[...changed].join(", ")}. Its keys heed it within 10 seconds.`,
      changes,
      undo:
        back.length === 0
          ? null
          : {
              command: `muster service-accounts update ${row.id} ${back.join(" ")}`,
              href: `/v1/service-accounts/${row.id}`,
            },
    }),
  };
}

function disabledAt(present: number | null, wanted: boolean | undefined, nowMs: number): number | null {
  if (wanted === undefined) return present;
  return wanted ? (present ?? nowMs) : null;
}
