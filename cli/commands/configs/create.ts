import { createdConfig } from "../../../protocol/api/configs.ts";
import { argument, command, option, repeated, text } from "../../spec.ts";
import { labelPairs } from "../tokens/create.ts";
import { readSource } from "./source.ts";

export const createConfig = command({
  name: "create",
  summary: "Make a config, with its first version when a file is given",
  args: { name: argument("Lower-case letters, digits and dashes", text) },
  options: {
    kind: option("--kind <kind>", "What it is: see `muster configs kinds`", text.default("file")),
    file: option("--file <file>", "The first version's content; - reads standard input", text.optional()),
    label: repeated("--label <key=value>", "A label of the config's own; may be repeated", labelPairs),
    message: option("-m, --message <text>", "Why this version", text.optional()),
  },
  examples: [
    "muster configs create greeting --file greeting.yaml",
    'muster configs create edge --kind haproxy --file haproxy.cfg -m "first"',
  ],
  answer: createdConfig,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.project();
    const content = options.file === undefined ? undefined : await readSource(cli, options.file);
    const made = await (await cli.client()).call("POST /v1/projects/{project}/configs", {
      path: { project: id },
      body: {
        name: args.name,
        kind: options.kind,
        content,
        message: options.message,
        ...(Object.keys(options.label).length > 0 && { labels: options.label }),
      },
    });
    cli.output.result(made, () => {
      const first = made.version ? ` with version ${made.version.number}` : "";
      const next = made.version
        ? `muster deploy --config ${made.name}`
        : `muster configs push ${made.name} <file>`;
      return `Made config ${made.name}${first} (${made.id}).\nNext: ${next}`;
    });
  },
});
