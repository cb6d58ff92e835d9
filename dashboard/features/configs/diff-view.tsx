import { useMemo } from "react";
import { cx } from "../../lib/class-names.ts";
import { type DiffLine, diffLines } from "../../lib/diff.ts";
import { plural } from "../../lib/format.ts";
import { ScrollBox } from "../../ui/scroll-box.tsx";

const context = 3;

type Row = DiffLine | { kind: "skipped"; lines: number; at: number };

/** Keeps three lines around each change and folds the rest. */
function fold(lines: DiffLine[]): Row[] {
  const near = lines.map(() => false);
  lines.forEach((line, index) => {
    if (line.kind === "same") return;
    for (let k = Math.max(0, index - context); k <= Math.min(lines.length - 1, index + context); k++)
      near[k] = true;
  });
  const rows: Row[] = [];
  lines.forEach((line, index) => {
    const previous = rows.at(-1);
    if (near[index]) rows.push(line);
    else if (previous?.kind === "skipped") previous.lines++;
    else rows.push({ kind: "skipped", lines: 1, at: index });
  });
  return rows;
}

interface DiffViewProps {
  older: string;
  newer: string;
  olderName: string;
  newerName: string;
}

export function DiffView({ older, newer, olderName, newerName }: DiffViewProps) {
  const { rows, added, removed } = useMemo(() => {
    const lines = diffLines(older, newer);
    return {
      rows: fold(lines),
      added: lines.filter((line) => line.kind === "added").length,
      removed: lines.filter((line) => line.kind === "removed").length,
    };
  }, [older, newer]);
  if (added + removed === 0) return <p className="text-soft">No difference: both are the same text.</p>;
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm text-soft">
        From {olderName} to {newerName}: {plural(added, "line")} added, {plural(removed, "line")} removed.
      </p>
      <ScrollBox label="Difference" className="max-h-[32rem] overflow-auto rounded-md border bg-sunken">
        <table className="w-full font-mono text-sm">
          <tbody>
            {rows.map((row) =>
              row.kind === "skipped" ? (
                <tr key={`skipped ${row.at}`} className="text-faint">
                  <td colSpan={4} className="border-y px-3 py-1 text-xs select-none">
                    {plural(row.lines, "line")} unchanged
                  </td>
                </tr>
              ) : (
                <tr
                  key={`${row.before} ${row.after}`}
                  className={cx(
                    row.kind === "added" && "bg-good-tint",
                    row.kind === "removed" && "bg-bad-tint",
                  )}
                >
                  <td className="tabular w-10 px-2 text-right text-xs text-soft select-none">{row.before}</td>
                  <td className="tabular w-10 px-2 text-right text-xs text-soft select-none">{row.after}</td>
                  <td className="w-5 text-center select-none">
                    {row.kind === "added" ? "+" : row.kind === "removed" ? "−" : ""}
                    <span className="sr-only">
                      {row.kind === "added" ? "added" : row.kind === "removed" ? "removed" : ""}
                    </span>
                  </td>
                  <td className="pr-3 whitespace-pre">{row.text}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </ScrollBox>
    </div>
  );
}
