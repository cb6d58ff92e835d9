import { revokeKeysOf } from "../../../db/queries/api-keys.ts";
import { deleteBindingsOf } from "../../../db/queries/roles.ts";
import { deleteServiceAccount } from "../../../db/queries/service-accounts.ts";
import type { ServiceAccountId } from "../../../domain/ids.ts";
import { plural } from "../../../domain/plural.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import { commit } from "../audit/commit.ts";
import { roleName } from "../auth/memberships.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { shellWord } from "../shell.ts";
import { serviceAccountScope } from "./get.ts";

/** For good, with its bindings; its keys are revoked. To stop it for a while, disable it. */
export async function remove({
  ctx,
  input,
}: {
  ctx: Context;
  input: { serviceAccount: ServiceAccountId };
}): Promise<ReceiptAnswer> {
  const { row, custom, organization } = await serviceAccountScope(
    ctx,
    input.serviceAccount,
    "service_account.write",
  );
  const role = roleName(row.role, custom);
  const changes = [{ path: "serviceAccount", before: { name: row.name, role }, after: null }];
  const [keys = 0] = await commit(ctx, {
    organizationId: organization.id,
    note: {
      action: "service_account.delete",
      target: row.id,
      summary: `deleted service account ${row.name}`,
      changes,
    },
    statements: [
      revokeKeysOf(ctx.db, organization.id, row.id, ctx.clock.now()),
      deleteBindingsOf(ctx.db, organization.id, row.id),
      deleteServiceAccount(ctx.db, organization.id, row.id),
    ],
  });
  return {
    receipt: makeReceipt(ctx, {
      kind: "service_account.delete",
      ids: { serviceAccount: row.id, organization: organization.id },
      summary: `Service account ${row.name} is gone; ${plural(keys, "key")} of it ${keys === 1 ? "counts" : "count"} no longer.`,
      changes,
      next: [
        {
          label: "Make it anew",
          command: `muster service-accounts create ${shellWord(row.name)} --role ${row.role}`,
        },
      ],
    }),
  };
}
