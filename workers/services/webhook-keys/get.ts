import type { OrganizationId } from "../../../domain/ids.ts";
import type { WebhookKey } from "../../../protocol/api/webhook-keys.ts";
import { noteRead } from "../audit/commit.ts";
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
  const key = webhookKeyView(ctx, id, await webhookKeyRow(ctx, id));
  await noteRead(ctx, id, {
    action: "webhook_key.read",
    target: id,
    summary: `read the webhook key, version ${key.version}`,
  });
  return key;
}
