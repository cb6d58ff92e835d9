import { ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { cx } from "../lib/class-names.ts";

interface SectionProps {
  title: ReactNode;
  /** What is in it, in a few words, seen while it is closed. */
  note?: ReactNode;
  /** Opens it, such as when something in it needs attention; the person may close it again. */
  reveal?: boolean;
  className?: string;
  children: ReactNode;
}

/** A part that opens and closes. */
export function Section({ title, note, reveal = false, className, children }: SectionProps) {
  const [open, setOpen] = useState(reveal);
  useEffect(() => {
    if (reveal) setOpen(true);
  }, [reveal]);
  return (
    <details
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className={cx("group min-w-0 rounded-lg border bg-raised", className)}
    >
      <summary className="flex list-none items-center gap-2 rounded-lg px-3 py-2.5 text-sm hover:bg-hover/60 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-3.5 shrink-0 text-soft transition-transform group-open:rotate-90"
        />
        <span className="min-w-0 flex-1 font-medium break-words">{title}</span>
        {note ? <span className="text-right text-soft">{note}</span> : null}
      </summary>
      <div className="border-t p-3">{children}</div>
    </details>
  );
}
