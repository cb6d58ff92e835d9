import { rotatedWebhookKey } from "../../../protocol/api/webhook-keys.ts";
import { showReceipt } from "../../receipt.ts";
import { command } from "../../spec.ts";
import { showKey } from "./get.ts";

export const rotateWebhookKey = command({
  name: "rotate",
  summary: "Make a new key for webhook calls",
  about: "Calls are signed with both keys for 24 hours, so that receivers can change theirs without a gap.",
  examples: ["muster webhook-key rotate"],
  answer: rotatedWebhookKey,
  async run(cli) {
    const { id } = await cli.scope.organization();
    const done = await (await cli.client()).call("POST /v1/orgs/{org}/webhook-key/rotate", {
      path: { org: id },
    });
    cli.output.result(
      done,
      (style) => `${showReceipt(done.receipt, style)}\n${showKey(done.webhookKey, style)}`,
    );
  },
});
