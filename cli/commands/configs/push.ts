import { hasErrors } from "../../../domain/configs/diagnostic.ts";
import type { Config, ConfigVersion } from "../../../protocol/api/configs.ts";
import { configVersion } from "../../../protocol/api/configs.ts";
import type { Cli } from "../../cli.ts";
import { argument, command, option, text, whole } from "../../spec.ts";
import { showDiagnostics } from "./diagnostics.ts";
import { findConfig, pushVersion, readVersion } from "./find.ts";
import { readSource } from "./source.ts";

export const refusedRollout =
  "It has errors, so a rollout of it is refused. Mend the file and push it again.";

/** Says on standard error what the server found in a version that was just saved; whether it has no errors. */
export async function showFindings(
  cli: Cli,
  found: Config,
  number: number,
  file: string,
  content: string,
): Promise<boolean> {
  const { diagnostics } = await readVersion(cli, found, number);
  if (diagnostics.length > 0) {
    const name = file === "-" ? "standard input" : file;
    cli.output.note(showDiagnostics(diagnostics, name, content, cli.output.style));
  }
  return !hasErrors(diagnostics);
}

export function showPushed(cli: Cli, found: Config, made: ConfigVersion, valid: boolean): void {
  const lines = [`Saved ${found.name} version ${made.number} (${made.id}). Nothing runs it yet.`];
  if (made.number > 1)
    lines.push(`Next: muster configs diff ${found.name} ${made.number - 1} ${made.number}`);
  lines.push(valid ? `Next: muster deploy --config ${found.name}@${made.number}` : refusedRollout);
  cli.output.result(made, () => lines.join("\n"));
}

export const pushConfig = command({
  name: "push",
  summary: "Save a file as the next version of a config",
  args: {
    config: argument("Id or name", text, "config"),
    file: argument("The file; - reads standard input", text),
  },
  options: {
    message: option("-m, --message <text>", "Why this version", text.optional()),
    base: option(
      "--base <version>",
      "The version that it was edited from: refused (exit 5) when there is a newer one",
      whole(0, 1_000_000).optional(),
    ),
  },
  examples: [
    'muster configs push greeting greeting.yaml -m "new text"',
    "muster configs push edge - < haproxy.cfg",
  ],
  answer: configVersion,
  async run(cli, { args, options }) {
    const content = await readSource(cli, args.file);
    const found = await findConfig(cli, args.config);
    const made = await pushVersion(cli, found, {
      content,
      message: options.message,
      baseVersion: options.base,
    });
    if (cli.output.json) {
      cli.output.result(made, () => "");
      return;
    }
    showPushed(cli, found, made, await showFindings(cli, found, made.number, args.file, content));
  },
});
