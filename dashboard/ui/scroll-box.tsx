import type { Ref, UIEventHandler } from "react";
import { cx } from "../lib/class-names.ts";

interface ScrollBoxProps {
  label: string;
  className?: string;
  children: React.ReactNode;
  ref?: Ref<HTMLElement>;
  onScroll?: UIEventHandler<HTMLElement>;
}

/** What is too wide or too long scrolls in here, never with the page, and can be reached by keyboard. */
export function ScrollBox({ label, className, children, ...rest }: ScrollBoxProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section tabIndex={0} aria-label={label} {...rest} className={cx("relative", className)}>
      {children}
    </section>
  );
}
