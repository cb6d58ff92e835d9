import { useMemo, useState } from "react";
import { type DiffHunk, type DiffLine, diffText, sideBySide } from "../../../domain/configs/diff.ts";
import { cx } from "../../lib/class-names.ts";
import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { ScrollBox } from "../../ui/scroll-box.tsx";

interface DiffViewProps {
  older: string;
  newer: string;
  olderName: string;
  newerName: string;
}

/** What differs between two texts, unified or side by side; unchanged parts are folded. */
export function DiffView({ older, newer, olderName, newerName }: DiffViewProps) {
  const [columns, setColumns] = useState(false);
  const diff = useMemo(() => diffText(older, newer), [older, newer]);
  if (diff.hunks.length === 0) return <p className="text-soft">No difference: both are the same text.</p>;
  const Hunk = columns ? ColumnsHunk : UnifiedHunk;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-sm text-soft">
          From {olderName} to {newerName}: {plural(diff.added, "line")} added, {plural(diff.removed, "line")}{" "}
          removed.
        </p>
        <fieldset className="flex gap-1">
          <legend className="sr-only">How the difference is shown</legend>
          <Button size="sm" look="quiet" aria-pressed={!columns} onClick={() => setColumns(false)}>
            Unified
          </Button>
          <Button size="sm" look="quiet" aria-pressed={columns} onClick={() => setColumns(true)}>
            Side by side
          </Button>
        </fieldset>
      </div>
      <ScrollBox label="Difference" className="max-h-[32rem] overflow-auto rounded-md border bg-sunken">
        <table className="w-full font-mono text-sm">
          <tbody>
            {diff.hunks.map((hunk, at) => (
              <Hunk key={placeOf(hunk)} hunk={hunk} skipped={skippedBefore(diff.hunks[at - 1], hunk)} />
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </div>
  );
}

interface HunkProps {
  hunk: DiffHunk;
  skipped: number;
}

const placeOf = ({ lines: [first] }: DiffHunk) => `${first?.before} ${first?.after}`;

/** Unchanged lines that lie between two hunks. */
function skippedBefore(previous: DiffHunk | undefined, hunk: DiffHunk): number {
  const last = (lines: DiffLine[]) => Math.max(0, ...lines.map((line) => line.before ?? 0));
  const first = hunk.lines.find((line) => line.before !== null)?.before ?? 1;
  return Math.max(0, first - 1 - last(previous?.lines ?? []));
}

function Skipped({ lines, span }: { lines: number; span: number }) {
  if (lines === 0) return null;
  return (
    <tr className="text-faint">
      <td colSpan={span} className="border-y px-3 py-1 text-xs select-none">
        {plural(lines, "line")} unchanged
      </td>
    </tr>
  );
}

const tints = { same: "", added: "bg-good-tint", removed: "bg-bad-tint" } as const;
const marks = { same: "", added: "+", removed: "−" } as const;
const numberClass = "tabular w-10 px-2 text-right text-xs text-soft select-none";

function Mark({ change }: { change: DiffLine["change"] }) {
  return (
    <td className={cx("w-5 text-center select-none", tints[change])}>
      {marks[change]}
      <span className="sr-only">{change === "same" ? "" : change}</span>
    </td>
  );
}

function UnifiedHunk({ hunk, skipped }: HunkProps) {
  return (
    <>
      <Skipped lines={skipped} span={4} />
      {hunk.lines.map((line) => (
        <tr key={`${line.before} ${line.after}`} className={tints[line.change]}>
          <td className={numberClass}>{line.before}</td>
          <td className={numberClass}>{line.after}</td>
          <Mark change={line.change} />
          <td className="pr-3 whitespace-pre">{line.text}</td>
        </tr>
      ))}
    </>
  );
}

function ColumnsHunk({ hunk, skipped }: HunkProps) {
  return (
    <>
      <Skipped lines={skipped} span={6} />
      {sideBySide(hunk).map(({ change, before, after }) => {
        const left = change === "same" || !before ? "same" : "removed";
        const right = change === "same" || !after ? "same" : "added";
        return (
          <tr key={`${before?.line} ${after?.line}`}>
            <td className={cx(numberClass, tints[left])}>{before?.line}</td>
            <Mark change={left} />
            <td className={cx("w-1/2 border-r pr-3 align-top break-all whitespace-pre-wrap", tints[left])}>
              {before?.text}
            </td>
            <td className={cx(numberClass, tints[right])}>{after?.line}</td>
            <Mark change={right} />
            <td className={cx("w-1/2 pr-3 align-top break-all whitespace-pre-wrap", tints[right])}>
              {after?.text}
            </td>
          </tr>
        );
      })}
    </>
  );
}
