import { useMemo } from "react";
import type { RolloutPreview } from "../../../protocol/api/rollouts.ts";
import { cx } from "../../lib/class-names.ts";
import { plural, shortHash } from "../../lib/format.ts";
import { readUnifiedDiff, type UnifiedLine } from "../../lib/unified-diff.ts";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import { Section } from "../../ui/section.tsx";
import { Tag, type Tone } from "../../ui/status.tsx";

type PlanDiff = RolloutPreview["diffs"][number];

const changeTones: Record<PlanDiff["files"][number]["change"], Tone> = {
  added: "good",
  changed: "busy",
  removed: "bad",
};
/** With few changes each is open at once. */
const openUpTo = 2;

/** What changes on the agents: one part for each distinct change. */
export function PlanDiffs({ diffs }: { diffs: PlanDiff[] }) {
  if (diffs.length === 0) return null;
  return (
    <ul aria-label="Changes" className="flex flex-col gap-2">
      {diffs.map((diff, index) => (
        <li key={`${diff.from} ${diff.to}`}>
          <Section
            reveal={diffs.length <= openUpTo}
            title={diffs.length > 1 ? `Change ${index + 1}` : "What changes"}
            note={
              <>
                {plural(diff.agents, "agent")}{" "}
                <span className="hidden font-mono text-xs sm:inline">
                  {shortHash(diff.from)} → {shortHash(diff.to)}
                </span>
              </>
            }
          >
            <div className="flex flex-col gap-3">
              {diff.reasons.length > 0 ? (
                <ul aria-label="Reasons" className="list-disc pl-5 text-sm">
                  {diff.reasons.map((reason) => (
                    <li key={reason} className="break-words">
                      {reason}
                    </li>
                  ))}
                </ul>
              ) : null}
              {diff.files.map((file) => (
                <div key={file.name} className="flex flex-col gap-1.5">
                  <h4 className="flex flex-wrap items-center gap-2">
                    <code className="font-mono text-sm font-medium break-all">{file.name}</code>
                    <Tag tone={changeTones[file.change]}>{file.change}</Tag>
                  </h4>
                  {file.diff === null ? (
                    <p className="text-sm text-soft">
                      Too large to compare here, or what the agents run now is not held any more.
                    </p>
                  ) : (
                    <UnifiedDiff diff={file.diff} label={`Difference of ${file.name}`} />
                  )}
                </div>
              ))}
            </div>
          </Section>
        </li>
      ))}
    </ul>
  );
}

const marks: Record<UnifiedLine["kind"], { mark: string; said: string }> = {
  same: { mark: "", said: "" },
  added: { mark: "+", said: "added" },
  removed: { mark: "−", said: "removed" },
  place: { mark: "", said: "" },
};

export function UnifiedDiff({ diff, label }: { diff: string; label: string }) {
  const lines = useMemo(() => readUnifiedDiff(diff), [diff]);
  return (
    <ScrollBox label={label} className="max-h-96 overflow-auto rounded-md border bg-sunken">
      <table className="w-full font-mono text-sm">
        <tbody>
          {lines.map((line, index) => (
            <tr
              // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat and never move.
              key={index}
              className={cx(
                line.kind === "added" && "bg-good-tint",
                line.kind === "removed" && "bg-bad-tint",
                line.kind === "place" && "text-xs text-soft",
              )}
            >
              <td className="w-6 text-center select-none">
                {marks[line.kind].mark}
                <span className="sr-only">{marks[line.kind].said}</span>
              </td>
              <td className="pr-3 whitespace-pre">{line.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
