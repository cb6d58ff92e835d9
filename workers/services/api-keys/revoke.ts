import { write } from "../../../db/batch.ts";
import { findApiKey, markApiKeyRevoked } from "../../../db/queries/api-keys.ts";
import type { ApiKeyId } from "../../../domain/ids.ts";
import { auditNote } from "../audit/note.ts";
import { forgetApiKey } from "../auth/authenticate.ts";
import type { Context } from "../context.ts";
import { missing, organizationIds, organizationScope } from "../scope.ts";
import { apiKeyView } from "./view.ts";

export async function revoke({ ctx, input }: { ctx: Context; input: { key: ApiKeyId } }) {
  const row = await findApiKey(ctx.db, organizationIds(ctx), input.key);
  if (!row) return missing("API key", input.key);
  organizationScope(ctx, row.organizationId, "api_key.write");
  const nowMs = ctx.clock.now();
  if (row.revokedAt === null) {
    await write(ctx.db, [
      markApiKeyRevoked(ctx.db, row.organizationId, row.id, nowMs),
      auditNote(ctx, row.organizationId, {
        action: "api_key.revoke",
        target: row.id,
        summary: `revoked API key "${row.name}"`,
      }),
    ]);
    forgetApiKey(row.secretHash);
  }
  return apiKeyView({ ...row, revokedAt: row.revokedAt ?? nowMs });
}
