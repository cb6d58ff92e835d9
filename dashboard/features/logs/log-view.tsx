import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { levelOf } from "../../../domain/logs/level.ts";
import { cx } from "../../lib/class-names.ts";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import { clock, dateAndClock, type LogRow } from "./log-lines.ts";

const rowPx = 20;
/** So near to the end counts as being there. */
const nearPx = 2 * rowPx;
const levelClasses = { error: "text-bad", warning: "text-warn", quiet: "text-faint" } as const;

interface LogViewProps {
  rows: readonly LogRow[];
  /** The newest line stays in sight. */
  follows: boolean;
  /** The person scrolled away from the end, or back to it. */
  onFollow: (follows: boolean) => void;
  showSource: boolean;
  /** The lines may be of several days. */
  showDate?: boolean;
}

/** Lines as they were written, each on a row of its own; only those in sight are in the page. */
export function LogView({ rows, follows, onFollow, showSource, showDate = false }: LogViewProps) {
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 20,
  });
  const last = rows.length - 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last row is the cue.
  useEffect(() => {
    if (follows && last >= 0) virtualizer.scrollToIndex(last, { align: "end" });
  }, [follows, last, rows, virtualizer]);
  return (
    <ScrollBox
      ref={scroller}
      label="Log lines"
      className="h-[60vh] min-h-64 overflow-auto font-mono text-sm -outline-offset-2"
      onScroll={({ currentTarget: box }) => {
        const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < nearPx;
        if (atEnd !== follows) onFollow(atEnd);
      }}
    >
      <div className="relative min-w-max" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const level = row.isNote ? null : levelOf(row.text);
          return (
            <div
              key={item.key}
              className="absolute top-0 left-0 flex min-w-full gap-3 px-3 leading-5 whitespace-pre hover:bg-hover/60"
              style={{ height: rowPx, transform: `translateY(${item.start}px)` }}
            >
              <span className={cx("shrink-0 text-faint tabular", showDate ? "w-46" : "w-24")}>
                {showDate ? dateAndClock(row.timeMs) : clock(row.timeMs)}
              </span>
              {showSource ? <span className="shrink-0 text-soft">{row.source}</span> : null}
              <span className={cx(row.isNote ? "text-warn italic" : level ? levelClasses[level] : "")}>
                {row.text}
              </span>
            </div>
          );
        })}
      </div>
    </ScrollBox>
  );
}
