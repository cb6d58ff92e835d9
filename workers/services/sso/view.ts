import { listSsoDomains, type SsoConnectionRow, type SsoDomainRow } from "../../../db/queries/sso.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { SsoConnection, SsoDomain } from "../../../protocol/api/sso.ts";
import type { Context, PublicContext } from "../context.ts";
import { iso, isoOrNull } from "../time.ts";

export const redirectUri = (ctx: PublicContext): string => `${ctx.publicUrl}/v1/auth/sso/callback`;
export const connectionEtag = (row: Pick<SsoConnectionRow, "version">): string => `"${row.version}"`;

export const recordName = (domain: string): string => `_muster.${domain}`;
export const recordValue = (challenge: string): string => `muster-verification=${challenge}`;

export const domainView = (row: SsoDomainRow): SsoDomain => ({
  id: row.id,
  connectionId: row.connectionId,
  domain: row.domain,
  record: { type: "TXT", name: recordName(row.domain), value: recordValue(row.challenge) },
  verifiedAt: isoOrNull(row.verifiedAt),
  createdAt: iso(row.createdAt),
});

/** Never the client secret. */
export const connectionView = (
  ctx: PublicContext,
  row: SsoConnectionRow,
  domains: readonly SsoDomainRow[],
): SsoConnection => ({
  id: row.id,
  organizationId: row.organizationId,
  name: row.name,
  issuer: row.issuer,
  clientId: row.clientId,
  clientSecretSet: row.sealedClientSecret !== "",
  scopes: row.scopes.split(" "),
  groupsClaim: row.groupsClaim,
  groupRoles: row.groupRoles,
  defaultRole: row.defaultRole,
  enabled: row.enabled,
  redirectUri: redirectUri(ctx),
  domains: domains.filter((one) => one.connectionId === row.id).map(domainView),
  version: row.version,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

export async function viewConnections(
  ctx: Context,
  organizationId: OrganizationId,
  rows: readonly SsoConnectionRow[],
): Promise<SsoConnection[]> {
  const domains =
    rows.length === 0
      ? []
      : await listSsoDomains(
          ctx.db,
          organizationId,
          rows.map(({ id }) => id),
        );
  return rows.map((row) => connectionView(ctx, row, domains));
}
