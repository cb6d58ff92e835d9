import { configDiff } from "../../../protocol/api/config-versions.ts";
import { clean, type Style } from "../../output.ts";
import { argument, command, flag, option, text, whole } from "../../spec.ts";
import { findConfig, versionArgument } from "./find.ts";
import { showColumns } from "./side-by-side.ts";

/** One line of a unified diff, in colour where the terminal has it. */
export function paintDiff(line: string, { color }: Style): string {
  const shown = clean(line);
  if (shown.startsWith("@@")) return color.cyan(shown);
  if (shown.startsWith("+")) return color.green(shown);
  return shown.startsWith("-") ? color.red(shown) : shown;
}

const side = text
  .refine((written) => written === "draft" || versionArgument.safeParse(written).success, {
    error: "must be a version's number, a label of one, latest or draft",
  })
  .optional();

export const diffConfig = command({
  name: "diff",
  summary: "Show what changed between two versions of a config, or a version and the draft",
  about:
    "One version is compared with the one before it, the draft with the latest; none compares the latest with the one before it.",
  args: {
    config: argument("Id or name", text, "config"),
    from: argument("The older version: its number, a label, latest or draft", side),
    to: argument("The newer version, likewise", side),
  },
  options: {
    sideBySide: flag("--side-by-side", "In two columns"),
    lines: option(
      "-U, --lines <n>",
      "Unchanged lines around each change (default 3)",
      whole(0, 1000).default(3),
    ),
  },
  examples: [
    "muster configs diff greeting",
    "muster configs diff greeting 3 5 --side-by-side",
    "muster configs diff greeting prod draft",
  ],
  answer: configDiff,
  async run(cli, { args, options }) {
    const found = await findConfig(cli, args.config);
    const client = await cli.client();
    const diff = await client.call("GET /v1/configs/{config}/diff", {
      path: { config: found.id },
      query: {
        ...(args.to === undefined ? { to: args.from } : { from: args.from, to: args.to }),
        context: options.lines,
      },
    });
    const [from, to] = [diff.from.name, diff.to.name];
    cli.output.result(diff, (style) => {
      if (diff.hunks.length === 0) return `${from} and ${to} are the same.`;
      const head = style.color.bold(`--- ${from}\n+++ ${to}`);
      if (options.sideBySide) return [head, ...showColumns(diff.hunks, style)].join("\n");
      const lines = diff.unified.replace(/\n$/, "").split("\n").slice(2);
      return [head, ...lines.map((line) => paintDiff(line, style))].join("\n");
    });
  },
});
