import { apiKeyChange } from "../../../protocol/api/api-keys.ts";
import { confirm } from "../../confirm.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { command, yesOption } from "../../spec.ts";
import { findKey } from "./find.ts";
import { keyArgument } from "./get.ts";

export const revokeKey = command({
  name: "revoke",
  summary: "End an API key at once",
  about: "This cannot be undone. To change keys without a gap: muster keys rotate.",
  args: { key: keyArgument },
  options: { yes: yesOption },
  examples: ["muster keys revoke ci --yes"],
  answer: apiKeyChange,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const found = await findKey(cli, id, args.key);
    await confirm(cli, `End API key ${clean(found.name)} (${found.prefix}…) at once?`, options.yes);
    showDone(
      cli,
      await (await cli.client()).call("POST /v1/api-keys/{key}/revoke", { path: { key: found.id } }),
    );
  },
});
