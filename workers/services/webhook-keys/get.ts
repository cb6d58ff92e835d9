import type { OrganizationId } from "../../../domain/ids.ts";
import type { WebhookKey } from "../../../protocol/api/webhook-keys.ts";
import type { Context } from "../context.ts";
import { organizationScope } from "../scope.ts";
import { webhookKeyRow, webhookKeyView } from "./keys.ts";

export async function get({
  ctx,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId };
}): Promise<WebhookKey> {
  const { id } = organizationScope(ctx, input.org, "webhook_key.read");
  return webhookKeyView(ctx, id, await webhookKeyRow(ctx, id));
}
