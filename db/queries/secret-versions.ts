/** Versions of secrets that still have their values. */
import { and, desc, eq, isNotNull } from "drizzle-orm";
import type { Id, OrganizationId } from "../../domain/ids.ts";
import type { Database } from "../client.ts";
import { secretVersions } from "../schema/index.ts";
import type { SecretVersionRow } from "./inputs.ts";

/** Newest first. */
export function versionsWithValues(
  db: Database,
  organizationId: OrganizationId,
  id: Id<"secret">,
  limit: number,
): Promise<SecretVersionRow[]> {
  return db.orm
    .select()
    .from(secretVersions)
    .where(
      and(
        eq(secretVersions.organizationId, organizationId),
        eq(secretVersions.secretId, id),
        isNotNull(secretVersions.sealed),
      ),
    )
    .orderBy(desc(secretVersions.number))
    .limit(limit);
}
