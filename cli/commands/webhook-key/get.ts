import type { WebhookKey } from "../../../protocol/api/webhook-keys.ts";
import { webhookKey } from "../../../protocol/api/webhook-keys.ts";
import type { Style } from "../../output.ts";
import { command } from "../../spec.ts";
import { facts } from "../../table.ts";

export function showKey({ key, version, rotatedAt, previous }: WebhookKey, style: Style): string {
  return facts(
    [
      ["key", key],
      ["version", String(version)],
      ["rotated", rotatedAt ?? "never"],
      [
        "previous",
        previous === null ? null : `version ${previous.version} signs beside it until ${previous.signsUntil}`,
      ],
    ],
    style,
  );
}

export const getWebhookKey = command({
  name: "get",
  aliases: ["show"],
  summary: "Show the key that Muster's webhook calls are signed with",
  about:
    "A receiver verifies the header `webhook-signature` with it, as Standard Webhooks says. Keep it secret.",
  examples: ["muster webhook-key get", "muster webhook-key get --json | jq -r .key"],
  answer: webhookKey,
  async run(cli) {
    const { id } = await cli.scope.organization();
    const found = await (await cli.client()).call("GET /v1/orgs/{org}/webhook-key", { path: { org: id } });
    cli.output.result(found, (style) => showKey(found, style));
  },
});
