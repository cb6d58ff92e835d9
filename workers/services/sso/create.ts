import { insertSsoConnection, type SsoConnectionRow } from "../../../db/queries/sso.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { CreateSsoConnectionBody, SsoConnection } from "../../../protocol/api/sso.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { targetFault } from "../webhooks/target.ts";
import { checkMap } from "./check-map.ts";
import { settingsScope } from "./scope.ts";
import { connectionEtag, connectionView } from "./view.ts";

export async function create({
  ctx,
  input: { org, ...body },
}: {
  ctx: Context;
  input: CreateSsoConnectionBody & { org: OrganizationId };
}): Promise<{ connection: SsoConnection; etag: string }> {
  const organization = settingsScope(ctx, org);
  const fault = targetFault(body.issuer, ctx.outside.allowedHosts);
  if (fault !== null) {
    refuse("validation_failed", `The issuer ${fault}.`, [{ path: "issuer", message: fault }]);
  }
  await checkMap(ctx, organization, body, null);
  const { clientSecret, scopes, ...facts } = body;
  const nowMs = ctx.clock.now();
  const row: SsoConnectionRow = {
    ...facts,
    id: ctx.ids.make("ssoConnection"),
    organizationId: organization.id,
    sealedClientSecret: clientSecret === "" ? "" : await ctx.sealer.seal(clientSecret),
    scopes: scopes.join(" "),
    version: 1,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
  await commit(ctx, {
    organizationId: organization.id,
    note: {
      action: "sso_connection.create",
      target: row.id,
      summary: `created the connection "${row.name}" to ${row.issuer}`,
    },
    statements: [insertSsoConnection(ctx.db, organization.id, row)],
  });
  return { connection: connectionView(ctx, row, []), etag: connectionEtag(row) };
}
