import type { UseQueryResult } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "../lib/class-names.ts";
import { Button } from "./button.tsx";
import { Empty, Page, Panel, Skeleton } from "./page.tsx";
import { Problem } from "./problem.tsx";

interface ListPageProps<T> {
  title: string;
  description: ReactNode;
  /** What the list is called, where it is not as the page. */
  listLabel?: string;
  query: Pick<UseQueryResult<T[]>, "data" | "error" | "isPending" | "refetch">;
  newLabel: string;
  onNew: () => void;
  /** Why nothing new may be made. */
  refused: string | undefined;
  /** Shown while there is nothing; `action` makes the first one. */
  empty?: { title: string; text: ReactNode; action?: string };
  rowClass: string;
  /** What stands in a row; its link covers the row by `after:absolute after:inset-0`. */
  renderItem: (item: T) => ReactNode;
  /** Dialogs and further panels. */
  children?: ReactNode;
}

/** A page of things of one kind, with a way to make another. */
export function ListPage<T extends { id: string }>({
  title,
  description,
  listLabel = title,
  query,
  newLabel,
  onNew,
  refused,
  empty,
  rowClass,
  renderItem,
  children,
}: ListPageProps<T>) {
  return (
    <Page
      title={title}
      description={description}
      actions={
        <Button look="primary" refused={refused} onClick={onNew}>
          <Plus aria-hidden className="size-3.5" />
          {newLabel}
        </Button>
      }
    >
      {query.error ? <Problem error={query.error} retry={query.refetch} /> : null}
      <Panel flush>
        {query.isPending ? <Skeleton /> : null}
        {empty && query.data?.length === 0 ? (
          <Empty
            title={empty.title}
            action={
              empty.action ? (
                <Button look="primary" refused={refused} onClick={onNew}>
                  {empty.action}
                </Button>
              ) : null
            }
          >
            {empty.text}
          </Empty>
        ) : null}
        <ul aria-label={listLabel} className="divide-y">
          {query.data?.map((item) => (
            <li
              key={item.id}
              className={cx(
                "relative flex flex-wrap items-center gap-y-1 px-4 py-3 hover:bg-hover/50",
                rowClass,
              )}
            >
              {renderItem(item)}
            </li>
          ))}
        </ul>
      </Panel>
      {children}
    </Page>
  );
}
