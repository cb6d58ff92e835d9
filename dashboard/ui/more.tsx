import { Button } from "./button.tsx";

interface MoreProps {
  label: string;
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

/** The way to the next page of a list. */
export function More({ label, query }: MoreProps) {
  if (!query.hasNextPage) return null;
  return (
    <div className="border-t p-3">
      <Button size="sm" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {label}
      </Button>
    </div>
  );
}
