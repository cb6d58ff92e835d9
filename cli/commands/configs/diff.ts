import { z } from "zod";
import { type DiffLine, diffText } from "../../../domain/configs/diff.ts";
import { Failure } from "../../exit-codes.ts";
import { clean, type Style } from "../../output.ts";
import { argument, command, text, whole } from "../../spec.ts";
import { findConfig, readVersion } from "./find.ts";

const signs = { same: " ", added: "+", removed: "-" } as const;

/** One line of a unified diff, in colour where the terminal has it. */
export function paintDiff(line: string, { color }: Style): string {
  const shown = clean(line);
  if (shown.startsWith("@@")) return color.cyan(shown);
  if (shown.startsWith("+")) return color.green(shown);
  return shown.startsWith("-") ? color.red(shown) : shown;
}

function showHunk(lines: DiffLine[], style: Style): string {
  const before = lines.filter((line) => line.before !== null);
  const after = lines.filter((line) => line.after !== null);
  const place = `@@ -${before[0]?.before ?? 0},${before.length} +${after[0]?.after ?? 0},${after.length} @@`;
  const texts = lines.map(({ change, text: line }) => `${signs[change]}${line}`);
  return [place, ...texts].map((line) => paintDiff(line, style)).join("\n");
}

const difference = z.object({
  config: z.string(),
  from: z.number().int(),
  to: z.number().int(),
  hunks: z.array(
    z.object({
      lines: z.array(
        z.object({
          change: z.enum(["same", "added", "removed"]),
          text: z.string(),
          before: z.number().int().nullable().meta({ description: "Its line in the older version" }),
          after: z.number().int().nullable().meta({ description: "Its line in the newer version" }),
        }),
      ),
    }),
  ),
  added: z.number().int(),
  removed: z.number().int(),
});

const version = whole(1, 1_000_000).optional();

export const diffConfig = command({
  name: "diff",
  summary: "Show what changed between two versions of a config",
  about: "One version is compared with the one before it; none compares the latest with the one before it.",
  args: {
    config: argument("Id or name", text, "config"),
    from: argument("The older version", version),
    to: argument("The newer version", version),
  },
  examples: ["muster configs diff greeting", "muster configs diff greeting 3 5"],
  answer: difference,
  async run(cli, { args }) {
    const found = await findConfig(cli, args.config);
    const to = args.to ?? (args.from === undefined ? found.latestVersion : args.from);
    const from = args.to === undefined ? to - 1 : (args.from ?? to - 1);
    if (from < 1) {
      throw new Failure(
        "notFound",
        `Version ${to} of ${found.name} is the first: there is nothing before it.`,
      );
    }
    const [older, newer] = await Promise.all([readVersion(cli, found, from), readVersion(cli, found, to)]);
    const diff = diffText(older.content, newer.content);
    cli.output.result({ config: found.name, from, to, ...diff }, (style) =>
      diff.hunks.length === 0
        ? `Versions ${from} and ${to} of ${found.name} are the same.`
        : [
            style.color.bold(`--- ${found.name}@${from}\n+++ ${found.name}@${to}`),
            ...diff.hunks.map((hunk) => showHunk(hunk.lines, style)),
          ].join("\n"),
    );
  },
});
