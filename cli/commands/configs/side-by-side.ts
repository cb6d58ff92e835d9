import type { ConfigDiff } from "../../../protocol/api/config-versions.ts";
import { clean, type Style } from "../../output.ts";

type Row = ConfigDiff["hunks"][number]["sideBySide"][number];

const marks = { same: " ", changed: "|", added: ">", removed: "<" } as const;

/** Two columns with a mark between them, as `diff -y` has it; on a terminal, cut to its width. */
export function showColumns(hunks: ConfigDiff["hunks"], style: Style): string[] {
  const rows = hunks.flatMap((hunk) => hunk.sideBySide);
  const digits = String(Math.max(...rows.map((row) => row.before?.line ?? row.after?.line ?? 0))).length;
  const longest = Math.max(...rows.map((row) => clean(row.before?.text ?? "").length));
  // Each side has its number and a space; between them stand a mark and two spaces.
  const width = style.width === null ? longest : Math.max(10, Math.floor((style.width - 3) / 2) - digits - 1);
  return hunks.flatMap((hunk, at) => [
    ...(at > 0 ? [style.color.cyan("⋯")] : []),
    ...hunk.sideBySide.map((row) => showRow(row, { digits, width }, style)),
  ]);
}

function showRow(row: Row, { digits, width }: { digits: number; width: number }, style: Style): string {
  const { color } = style;
  const cell = (side: Row["before"]) => {
    if (!side) return " ".repeat(digits + 1 + width);
    const text = clean(side.text).replaceAll("\t", "  ");
    const shown = style.width !== null && text.length > width ? `${text.slice(0, width - 1)}…` : text;
    return `${String(side.line).padStart(digits)} ${shown.padEnd(width)}`;
  };
  const [before, after] = [cell(row.before), cell(row.after).trimEnd()];
  const isChanged = row.change !== "same";
  return `${isChanged && row.before ? color.red(before) : before} ${marks[row.change]} ${isChanged && row.after ? color.green(after) : after}`.trimEnd();
}
