import { findServiceAccountAccess } from "../../../db/queries/access.ts";
import type { OrganizationId, ServiceAccountId } from "../../../domain/ids.ts";
import type { Statement } from "../../../domain/tenancy/access.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import type { Platform } from "../context.ts";
import { statementsOfBindings } from "./role.ts";

/** All that a service account may do, by its role and its bindings; undefined = there is none. */
export async function accessOfServiceAccount(
  { db }: Pick<Platform, "db">,
  organizationId: OrganizationId,
  serviceAccountId: ServiceAccountId,
) {
  const found = await findServiceAccountAccess(db, organizationId, serviceAccountId);
  if (!found) return undefined;
  const through = `service account ${found.account.name}`;
  const statements: Statement[] = [
    ...statementsOf(found.account.role, found.custom ?? undefined, { kind: "organization" }, through),
    ...statementsOfBindings(found.bindings, through),
  ];
  return { account: found.account, custom: found.custom, statements };
}
