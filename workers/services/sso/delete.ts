import { deleteSsoConnection, listSsoDomains } from "../../../db/queries/sso.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import type { OneConnection } from "./get.ts";
import { connectionIn, settingsScope } from "./scope.ts";
import { refuseIfLast, stillUsable } from "./update.ts";

/** With its domains and the ties to people at the provider. The people stay members. */
export async function remove({
  ctx,
  input,
}: {
  ctx: Context;
  input: OneConnection;
}): Promise<{ receipt: Receipt }> {
  const organization = settingsScope(ctx, input.org);
  const row = await connectionIn(ctx, organization.id, input.connection);
  const domains = await listSsoDomains(ctx.db, organization.id, [row.id]);
  const changes = [
    { path: `ssoConnections.${row.id}`, before: { name: row.name, issuer: row.issuer }, after: null },
    ...domains.map(({ domain }) => ({ path: `ssoDomains.${domain}`, before: domain, after: null })),
  ];
  try {
    await commit(ctx, {
      organizationId: organization.id,
      note: {
        action: "sso_connection.delete",
        target: row.id,
        summary: `deleted the connection "${row.name}" to ${row.issuer}`,
        changes,
      },
      statements: deleteSsoConnection(ctx.db, organization.id, row.id, ctx.clock.now()),
      guards: [stillUsable(organization.id, { connection: row.id })],
    });
  } catch (error) {
    refuseIfLast(error, organization.name);
    throw error;
  }
  const receipt = makeReceipt(ctx, {
    kind: "sso_connection.delete",
    ids: { organization: organization.id, connection: row.id },
    summary: `The connection "${row.name}" is deleted; the sessions by it have ended.`,
    warnings: [
      "Members who joined by it stay members. Who has no password signs in after asking for a new one.",
      ...(domains.length > 0
        ? ["Its domains must be claimed and verified again for another connection."]
        : []),
    ],
    changes,
  });
  return { receipt };
}
