import { and, asc, eq, gt, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { ApiKeyId, OrganizationId, ServiceAccountId, UserId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { apiKeys, customRoles, organizations, serviceAccounts, users } from "../schema/index.ts";

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

/** With the name and statements of an organization's own role, and the name of the owner. */
const selectNamed = (db: Database) =>
  db.orm
    .select({
      key: apiKeys,
      custom: customRoles,
      ownerName: sql<string | null>`coalesce(${serviceAccounts.name}, ${users.name}, ${users.email})`,
    })
    .from(apiKeys)
    .leftJoin(
      customRoles,
      and(eq(customRoles.id, apiKeys.role), eq(customRoles.organizationId, apiKeys.organizationId)),
    )
    .leftJoin(
      serviceAccounts,
      and(eq(serviceAccounts.id, apiKeys.owner), eq(serviceAccounts.organizationId, apiKeys.organizationId)),
    )
    .leftJoin(users, eq(users.id, apiKeys.owner));

export type NamedApiKey = Awaited<ReturnType<typeof selectNamed>>[number];

export async function findApiKey(
  db: Database,
  organizationIds: readonly OrganizationId[],
  apiKeyId: ApiKeyId,
): Promise<NamedApiKey | undefined> {
  const [row] = await selectNamed(db)
    .where(and(eq(apiKeys.id, apiKeyId), inArray(apiKeys.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

export async function listApiKeys(
  db: Database,
  organizationId: OrganizationId,
  filter: { owner?: UserId | ServiceAccountId },
  page: { limit: number; after?: ApiKeyId },
): Promise<Slice<NamedApiKey>> {
  const rows = await selectNamed(db)
    .where(
      and(
        eq(apiKeys.organizationId, organizationId),
        filter.owner ? eq(apiKeys.owner, filter.owner) : undefined,
        page.after ? gt(apiKeys.id, page.after) : undefined,
      ),
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

/** Keys that stand for a person or service account that is no longer there. */
export function revokeKeysOf(
  db: Database,
  organizationId: OrganizationId,
  owner: UserId | ServiceAccountId,
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(apiKeys)
      .set({ revokedAt: nowMs })
      .where(
        and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.owner, owner), isNull(apiKeys.revokedAt)),
      ),
  );
}

/** Neither revoked nor rotated already, so that only one rotation of a key wins. */
export function apiKeyStands(organizationId: OrganizationId, apiKeyId: ApiKeyId) {
  return sql`exists (select 1 from ${apiKeys} where ${and(
    eq(apiKeys.organizationId, organizationId),
    eq(apiKeys.id, apiKeyId),
    isNull(apiKeys.revokedAt),
  )}) and not exists (select 1 from ${apiKeys} where ${and(
    eq(apiKeys.organizationId, organizationId),
    eq(apiKeys.replaces, apiKeyId),
    isNull(apiKeys.revokedAt),
  )})`;
}

export function setApiKeyExpiry(
  db: Database,
  organizationId: OrganizationId,
  apiKeyId: ApiKeyId,
  expiresAt: number,
): Statement {
  return statement(
    db.orm
      .update(apiKeys)
      .set({ expiresAt })
      .where(and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.id, apiKeyId))),
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
