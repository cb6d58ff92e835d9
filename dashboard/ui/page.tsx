import { type ReactNode, useEffect } from "react";
import { cx } from "../lib/class-names.ts";

interface PageProps {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  /** Fills the window's height, so that its table scrolls inside. */
  full?: boolean;
  /** For two columns of work. */
  wide?: boolean;
  children: ReactNode;
}

export function Page({ title, description, actions, full, wide, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Muster`;
  }, [title]);
  return (
    <div
      className={cx(
        "mx-auto flex w-full flex-col gap-5 px-4 py-5 sm:px-7 sm:py-6",
        full ? "h-full max-w-none" : wide ? "max-w-7xl" : "max-w-6xl",
      )}
    >
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight break-words">{title}</h1>
          {description ? <div className="mt-1 max-w-2xl text-base text-soft">{description}</div> : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}

interface PanelProps {
  title?: string;
  description?: ReactNode;
  actions?: ReactNode;
  className?: string;
  flush?: boolean;
  children: ReactNode;
}

export function Panel({ title, description, actions, className, flush, children }: PanelProps) {
  return (
    <section className={cx("min-w-0 rounded-lg border bg-raised", className)}>
      {title ? (
        <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b px-4 py-3">
          <div className="min-w-0">
            <h2 className="text-base font-semibold">{title}</h2>
            {description ? <p className="text-sm text-soft">{description}</p> : null}
          </div>
          {actions}
        </header>
      ) : null}
      <div className={flush ? "" : "p-4"}>{children}</div>
    </section>
  );
}

interface EmptyProps {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="max-w-md text-base text-soft">{children}</div>
      {action ? <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}

export function Skeleton({ rows = 4 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-2.5 p-4">
      {Array.from({ length: rows }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move.
          key={row}
          className="h-4 animate-pulse rounded bg-hover"
          style={{ width: `${90 - ((row * 17) % 45)}%` }}
        />
      ))}
    </div>
  );
}

/** Facts as name and value; one column on a phone. */
export function Facts({ items }: { items: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-3 sm:grid-cols-[max-content_1fr] sm:gap-y-2">
      {items.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="-mb-2 text-sm text-soft sm:mb-0">{name}</dt>
          <dd className="min-w-0 text-base break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
