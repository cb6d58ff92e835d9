import { markApiKeyRevoked } from "../../../db/queries/api-keys.ts";
import type { ApiKeyId } from "../../../domain/ids.ts";
import type { ApiKeyChange } from "../../../protocol/api/api-keys.ts";
import { commit } from "../audit/commit.ts";
import { forgetApiKey } from "../auth/authenticate.ts";
import type { Context } from "../context.ts";
import { endSessionsOf } from "../exec/end-of.ts";
import { makeReceipt } from "../receipts.ts";
import { iso } from "../time.ts";
import { apiKeyScope } from "./get.ts";
import { apiKeyView } from "./view.ts";

/** For good. Once more is the same as once. */
export async function revoke({
  ctx,
  input,
}: {
  ctx: Context;
  input: { key: ApiKeyId };
}): Promise<ApiKeyChange> {
  const found = await apiKeyScope(ctx, input.key, "api_key.write");
  const { key } = found;
  const revokedAt = key.revokedAt ?? ctx.clock.now();
  const changes =
    key.revokedAt === null ? [{ path: "apiKey.revokedAt", before: null, after: iso(revokedAt) }] : [];
  if (key.revokedAt === null) {
    await commit(ctx, {
      organizationId: key.organizationId,
      note: {
        action: "api_key.revoke",
        target: key.id,
        summary: `revoked API key "${key.name}"`,
        changes,
      },
      statements: [markApiKeyRevoked(ctx.db, key.organizationId, key.id, revokedAt)],
    });
    forgetApiKey(key.secretHash);
    ctx.afterwards(endSessionsOf(ctx, key.organizationId, key.id));
  }
  return {
    ...apiKeyView({ ...found, key: { ...key, revokedAt } }),
    receipt: makeReceipt(ctx, {
      kind: "api_key.revoke",
      ids: { apiKey: key.id, organization: key.organizationId },
      summary: `API key "${key.name}" counts no longer. What used it in the last 10 seconds may be served for as long.`,
      changes,
      next: [{ label: "Make another one", command: "muster keys create" }],
    }),
  };
}
