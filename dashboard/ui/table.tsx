import type { ComponentProps, ReactNode } from "react";
import { cx } from "../lib/class-names.ts";
import { ScrollBox } from "./scroll-box.tsx";

/** A short table that scrolls sideways in its own box, never the page. */
export function Table({ label, head, children }: { label: string; head: ReactNode; children: ReactNode }) {
  return (
    <ScrollBox label={label} className="overflow-x-auto">
      <table className="w-full border-collapse text-left text-base">
        <thead>
          <tr className="border-b text-xs text-soft">{head}</tr>
        </thead>
        <tbody className="[&>tr]:border-b [&>tr]:last:border-b-0 [&>tr:hover]:bg-hover/50">{children}</tbody>
      </table>
    </ScrollBox>
  );
}

export function Th({ className, ...rest }: ComponentProps<"th">) {
  return <th scope="col" {...rest} className={cx("px-4 py-2 font-medium whitespace-nowrap", className)} />;
}

export function Td({ className, ...rest }: ComponentProps<"td">) {
  return <td {...rest} className={cx("px-4 py-2.5 align-top", className)} />;
}
