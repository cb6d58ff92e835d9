import { createdApiKey } from "../../../protocol/api/api-keys.ts";
import { command, durationSeconds, option } from "../../spec.ts";
import { showNewKey } from "./create.ts";
import { findKey } from "./find.ts";
import { keyArgument } from "./get.ts";

export const rotateKey = command({
  name: "rotate",
  summary: "Make a new key like an old one, which goes on for a while",
  about: "Name, role, scope and limit are the old one's. The new key is shown once.",
  args: { key: keyArgument },
  options: {
    overlap: option(
      "--overlap <duration>",
      "How long the old one still counts: 0 to 30d (default 24h)",
      durationSeconds.optional(),
    ),
  },
  examples: ["muster keys rotate ci", "muster keys rotate ci --overlap 2h"],
  answer: createdApiKey,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const found = await findKey(cli, id, args.key);
    const body = { overlapSeconds: options.overlap };
    const made = await (await cli.client()).call("POST /v1/api-keys/{key}/rotate", {
      path: { key: found.id },
      body,
    });
    cli.output.result(made, (style) => showNewKey(made, style));
  },
});
