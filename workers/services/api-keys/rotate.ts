import { GuardFailed } from "../../../db/batch.ts";
import { type ApiKeyRow, apiKeyStands, insertApiKey, setApiKeyExpiry } from "../../../db/queries/api-keys.ts";
import { refuse } from "../../../domain/errors.ts";
import { type ApiKeyId, isId } from "../../../domain/ids.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import type { CreatedApiKey } from "../../../protocol/api/api-keys.ts";
import { refuseExcess } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import { forgetApiKey } from "../auth/authenticate.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { iso } from "../time.ts";
import { apiKeyScope } from "./get.ts";
import { mintApiKey, refuseOutliving } from "./mint.ts";
import { apiKeyView } from "./view.ts";

/** A new key like the old one, which goes on for the overlap, so that programs change over without a gap. */
export async function rotate({
  ctx,
  input,
}: {
  ctx: Context;
  input: { key: ApiKeyId; overlapSeconds: number };
}): Promise<CreatedApiKey> {
  const found = await apiKeyScope(ctx, input.key, "api_key.write");
  const { key: old, organization, custom } = found;
  const nowMs = ctx.clock.now();
  if (old.revokedAt !== null || (old.expiresAt !== null && old.expiresAt <= nowMs)) {
    refuse("conflict", `API key "${old.name}" counts no longer. Create a new one.`);
  }
  // Its secret goes to who rotates: nobody may get another person's, or more than they have themselves.
  if (old.owner !== null && isId("user", old.owner) && old.owner !== ctx.actor.person) {
    refuse(
      "forbidden",
      `API key "${old.name}" stands for ${found.ownerName ?? old.owner}, who alone may rotate it. Revoke it, or give a service account its own.`,
    );
  }
  refuseExcess(
    organization,
    statementsOf(old.role, custom ?? undefined, old.scope, "the key"),
    "a key",
    "key",
  );
  refuseOutliving(ctx, old.expiresAt);
  const { secret, minted } = mintApiKey(ctx);
  const key: ApiKeyRow = { ...old, ...minted, lastUsedAt: null, lastUsedAddress: null, replaces: old.id };
  const end = Math.min(nowMs + input.overlapSeconds * 1000, old.expiresAt ?? Number.POSITIVE_INFINITY);
  const changes = [
    { path: `apiKey ${old.id}.expiresAt`, before: old.expiresAt && iso(old.expiresAt), after: iso(end) },
    { path: "apiKey", after: { id: key.id, name: key.name, replaces: old.id } },
  ];
  try {
    await commit(ctx, {
      organizationId: organization.id,
      note: {
        action: "api_key.rotate",
        target: old.id,
        summary: `rotated API key "${old.name}"; the old one ends at ${iso(end)}`,
        changes,
      },
      guards: [{ name: "api_key", holds: apiKeyStands(organization.id, old.id) }],
      quotas: ["apiKeys"],
      statements: [
        insertApiKey(ctx.db, organization.id, key),
        setApiKeyExpiry(ctx.db, organization.id, old.id, end),
      ],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed) || error.guard !== "api_key") throw error;
    refuse(
      "conflict",
      `API key "${old.name}" was rotated or revoked already. List the keys, and rotate its successor.`,
    );
  }
  forgetApiKey(old.secretHash);
  return {
    ...apiKeyView({ ...found, key }),
    secret,
    receipt: makeReceipt(ctx, {
      kind: "api_key.rotate",
      ids: { apiKey: key.id, replaces: old.id, organization: organization.id },
      summary: `API key "${key.name}" has a new secret, in this answer only; the old one counts until ${iso(end)}.`,
      changes,
      next: [
        {
          label: "End the old one earlier",
          command: `muster keys revoke ${old.id}`,
          href: `/v1/api-keys/${old.id}/revoke`,
        },
      ],
      undo: { command: `muster keys revoke ${key.id}`, href: `/v1/api-keys/${key.id}/revoke` },
    }),
  };
}
