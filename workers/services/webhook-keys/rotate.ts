import { GuardFailed } from "../../../db/batch.ts";
import { rotateWebhookKey, webhookKeyHasVersion } from "../../../db/queries/organizations.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import { timeText } from "../../../domain/rollouts/schedule/closed.ts";
import type { RotatedWebhookKey } from "../../../protocol/api/webhook-keys.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { organizationScope } from "../scope.ts";
import { webhookKeyRow, webhookKeyView } from "./keys.ts";

/** A new key; the one before signs beside it for 24 hours, so that targets can change over without a gap. */
export async function rotate({
  ctx,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId };
}): Promise<RotatedWebhookKey> {
  const { id } = organizationScope(ctx, input.org, "webhook_key.write");
  const row = await webhookKeyRow(ctx, id);
  const { version } = row;
  const next = { version: version + 1, rotatedAt: ctx.clock.now() };
  try {
    await commit(ctx, {
      organizationId: id,
      note: {
        action: "webhook_key.rotate",
        target: id,
        summary: `rotated the webhook key from version ${version} to ${next.version}`,
        changes: [{ path: "webhookKey.version", before: version, after: next.version }],
      },
      statements: [rotateWebhookKey(ctx.db, id, next.version, next.rotatedAt)],
      guards: [{ name: "webhook_key", holds: webhookKeyHasVersion(id, version) }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    refuse("conflict", "Somebody rotated the key at the same time. Read it again; rotate only if you must.", [
      { path: "version", message: `is not ${version} any more` },
    ]);
  }
  const webhookKey = webhookKeyView(ctx, id, next);
  const until = webhookKey.previous ? timeText(Date.parse(webhookKey.previous.signsUntil)) : "now";
  const { previous: cutShort } = webhookKeyView(ctx, id, row);
  const receipt = makeReceipt(ctx, {
    kind: "webhook_key.rotate",
    ids: { organization: id },
    summary: `Webhook calls are signed with key version ${next.version}; version ${version} signs beside it until ${until}.`,
    warnings: [
      "A key cannot be taken back: put the new one into every target within 24 hours.",
      ...(cutShort
        ? [
            `Version ${cutShort.version} signs no longer: targets that still have it refuse calls from now on.`,
          ]
        : []),
    ],
    changes: [{ path: "webhookKey.version", before: version, after: next.version }],
    next: [{ label: "Read the key", command: "muster webhook-key get", href: `/v1/orgs/${id}/webhook-key` }],
  });
  return { receipt, webhookKey };
}
