import { createdConfig } from "../../../protocol/api/configs.ts";
import { argument, command, option, repeated, text } from "../../spec.ts";
import { labelPairs } from "../tokens/create.ts";
import { refusedRollout, showFindings } from "./push.ts";
import { kindOfFile, readSource } from "./source.ts";

export const createConfig = command({
  name: "create",
  summary: "Make a config, with its first version when a file is given",
  args: { name: argument("Lower-case letters, digits and dashes", text) },
  options: {
    kind: option(
      "--kind <kind>",
      "What it is, for good: see `muster configs kinds`; by the file's name when left out, or else plain text",
      text.optional(),
    ),
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
    const kind = options.kind ?? kindOfFile(options.file ?? "-");
    const made = await (await cli.client()).call("POST /v1/projects/{project}/configs", {
      path: { project: id },
      body: {
        name: args.name,
        kind: kind ?? "file",
        content,
        message: options.message,
        ...(Object.keys(options.label).length > 0 && { labels: options.label }),
      },
    });
    const valid =
      !made.version ||
      options.file === undefined ||
      content === undefined ||
      (await showFindings(cli, made, made.version.number, options.file, content));
    cli.output.result(made, () => {
      const first = made.version ? ` with version ${made.version.number}` : "";
      const next = made.version
        ? `Next: muster deploy --config ${made.name}`
        : `Next: muster configs push ${made.name} <file>`;
      return `Made ${made.kind} config ${made.name}${first} (${made.id}).\n${valid ? next : refusedRollout}`;
    });
    if (kind === undefined && options.file !== undefined) {
      cli.output.note(
        "It is kept as plain text. A config's kind never changes: make it anew with --kind if it is something else.",
      );
    }
  },
});
