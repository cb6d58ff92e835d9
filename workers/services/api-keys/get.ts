import { findApiKey, type NamedApiKey } from "../../../db/queries/api-keys.ts";
import type { ApiKeyId } from "../../../domain/ids.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { ApiKey } from "../../../protocol/api/api-keys.ts";
import type { Context, Membership } from "../context.ts";
import { missing, organizationIds, organizationScope } from "../scope.ts";
import { apiKeyView } from "./view.ts";

export async function apiKeyScope(
  ctx: Context,
  apiKeyId: ApiKeyId,
  permission: Permission,
): Promise<NamedApiKey & { organization: Membership }> {
  const found = await findApiKey(ctx.db, organizationIds(ctx), apiKeyId);
  if (!found) return missing("API key", apiKeyId);
  return { ...found, organization: organizationScope(ctx, found.key.organizationId, permission) };
}

export async function get({ ctx, input }: { ctx: Context; input: { key: ApiKeyId } }): Promise<ApiKey> {
  return apiKeyView(await apiKeyScope(ctx, input.key, "api_key.read"));
}
