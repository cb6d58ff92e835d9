import { GuardFailed } from "../../../db/batch.ts";
import {
  endSsoSessions,
  listSsoDomains,
  type SsoConnectionRow,
  ssoConnectionHasVersion,
  ssoStaysUsable,
  updateSsoConnection,
} from "../../../db/queries/sso.ts";
import { refuse } from "../../../domain/errors.ts";
import type { SsoConnection, UpdateSsoConnectionBody } from "../../../protocol/api/sso.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { checkMap } from "./check-map.ts";
import type { OneConnection } from "./get.ts";
import { connectionIn, settingsScope } from "./scope.ts";
import { connectionEtag, connectionView } from "./view.ts";

export interface UpdateSsoConnection extends OneConnection {
  body: UpdateSsoConnectionBody;
  /** The ETag that the change was made against; without one, the newest state is meant. */
  ifMatch?: string | undefined;
}

const told = ["name", "clientId", "scopes", "groupsClaim", "groupRoles", "defaultRole", "enabled"] as const;

/** What is switched off vouches for nobody: the sessions by it end. */
export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateSsoConnection;
}): Promise<{ connection: SsoConnection; etag: string }> {
  const organization = settingsScope(ctx, input.org);
  const row = await connectionIn(ctx, organization.id, input.connection);
  if (input.ifMatch && !matchesEtag(input.ifMatch, connectionEtag(row))) moved(row);
  const next = await changed(ctx, row, input.body);
  await checkMap(ctx, organization, next, row);
  const changes = differences(row, next);
  if (changes.length > 0) {
    const switchedOff = row.enabled && !next.enabled;
    try {
      await commit(ctx, {
        organizationId: organization.id,
        note: {
          action: "sso_connection.update",
          target: row.id,
          summary: `changed ${changes.map(({ path }) => path).join(", ")} of the connection "${next.name}"`,
          changes,
        },
        statements: [
          updateSsoConnection(ctx.db, organization.id, row.id, next),
          ...(switchedOff ? [endSsoSessions(ctx.db, organization.id, row.id, next.updatedAt)] : []),
        ],
        guards: [
          { name: "version", holds: ssoConnectionHasVersion(organization.id, row.id, row.version) },
          ...(switchedOff ? [stillUsable(organization.id, { connection: row.id })] : []),
        ],
      });
    } catch (error) {
      refuseIfLast(error, organization.name);
      if (!(error instanceof GuardFailed)) throw error;
      moved(await connectionIn(ctx, organization.id, input.connection));
    }
  }
  const result = changes.length > 0 ? next : row;
  const domains = await listSsoDomains(ctx.db, organization.id, [row.id]);
  return { connection: connectionView(ctx, result, domains), etag: connectionEtag(result) };
}

async function changed(
  ctx: Context,
  row: SsoConnectionRow,
  {
    clientSecret,
    scopes,
    name,
    clientId,
    groupsClaim,
    groupRoles,
    defaultRole,
    enabled,
  }: UpdateSsoConnectionBody,
): Promise<SsoConnectionRow> {
  return {
    ...row,
    ...(name !== undefined && { name }),
    ...(clientId !== undefined && { clientId }),
    ...(groupsClaim !== undefined && { groupsClaim }),
    ...(groupRoles !== undefined && { groupRoles }),
    ...(defaultRole !== undefined && { defaultRole }),
    ...(enabled !== undefined && { enabled }),
    ...(scopes !== undefined && { scopes: scopes.join(" ") }),
    ...(clientSecret !== undefined && {
      sealedClientSecret: clientSecret === "" ? "" : await ctx.sealer.seal(clientSecret),
    }),
    version: row.version + 1,
    updatedAt: ctx.clock.now(),
  };
}

function differences(before: SsoConnectionRow, after: SsoConnectionRow) {
  const changes: { path: string; before?: unknown; after?: unknown }[] = told
    .filter((path) => JSON.stringify(before[path]) !== JSON.stringify(after[path]))
    .map((path) => ({ path, before: before[path], after: after[path] }));
  if (before.sealedClientSecret !== after.sealedClientSecret) changes.push({ path: "clientSecret" });
  return changes;
}

function moved(now: SsoConnectionRow): never {
  return refuse(
    "conflict",
    `The connection was changed meanwhile; its ETag is now ${connectionEtag(now)}. Read it again, then repeat.`,
    [{ path: "version", message: `is now ${now.version}` }],
  );
}

/** For the batch that takes away a way to sign in. */
export const stillUsable = (
  organizationId: SsoConnectionRow["organizationId"],
  without: Parameters<typeof ssoStaysUsable>[1],
) => ({ name: "usable", holds: ssoStaysUsable(organizationId, without) });

export function refuseIfLast(error: unknown, organization: string): void {
  if (!(error instanceof GuardFailed) || error.guard !== "usable") return;
  refuse(
    "conflict",
    `${organization} requires single sign-on, and people could not sign in by it any more. Stop requiring it first, or set up another connection.`,
  );
}
