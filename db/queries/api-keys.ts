import { and, asc, eq, gt, inArray, isNull, lt, or } from "drizzle-orm";
import type { ApiKeyId, OrganizationId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { apiKeys, customRoles, organizations } from "../schema/index.ts";

export type ApiKeyRow = typeof apiKeys.$inferSelect;

/** The credential names its own organization, so this look-up is the one that has no organization yet. */
export async function findApiKeyByHash(db: Database, secretHash: string) {
  const [row] = await db.orm
    .select({ key: apiKeys, organization: organizations, custom: customRoles })
    .from(apiKeys)
    .innerJoin(organizations, eq(organizations.id, apiKeys.organizationId))
    .leftJoin(
      customRoles,
      and(eq(customRoles.id, apiKeys.role), eq(customRoles.organizationId, apiKeys.organizationId)),
    )
    .where(eq(apiKeys.secretHash, secretHash))
    .limit(1);
  return row;
}

export async function findApiKey(
  db: Database,
  organizationIds: readonly OrganizationId[],
  apiKeyId: ApiKeyId,
): Promise<ApiKeyRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, apiKeyId), inArray(apiKeys.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

export async function listApiKeys(
  db: Database,
  organizationId: OrganizationId,
  page: { limit: number; after?: ApiKeyId },
): Promise<Slice<ApiKeyRow>> {
  const rows = await db.orm
    .select()
    .from(apiKeys)
    .where(
      and(eq(apiKeys.organizationId, organizationId), page.after ? gt(apiKeys.id, page.after) : undefined),
    )
    .orderBy(asc(apiKeys.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export function insertApiKey(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof apiKeys.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(apiKeys).values({ ...row, organizationId }));
}

export function markApiKeyRevoked(
  db: Database,
  organizationId: OrganizationId,
  apiKeyId: ApiKeyId,
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(apiKeys)
      .set({ revokedAt: nowMs })
      .where(
        and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.id, apiKeyId), isNull(apiKeys.revokedAt)),
      ),
  );
}

/** At most one write in `everyMs`, however often the key is used. */
export function markApiKeyUsed(
  db: Database,
  organizationId: OrganizationId,
  apiKeyId: ApiKeyId,
  use: { nowMs: number; everyMs: number; address: string },
): Statement {
  return statement(
    db.orm
      .update(apiKeys)
      .set({ lastUsedAt: use.nowMs, lastUsedAddress: use.address })
      .where(
        and(
          eq(apiKeys.organizationId, organizationId),
          eq(apiKeys.id, apiKeyId),
          or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, use.nowMs - use.everyMs)),
        ),
      ),
  );
}
