import { RefreshCw, TriangleAlert } from "lucide-react";
import { asApiError } from "../api/problem.ts";
import { Button } from "./button.tsx";

interface ProblemProps {
  error: unknown;
  retry?: () => unknown;
}

/** Cause, then fix, then the id that support asks for. */
export function Problem({ error, retry }: ProblemProps) {
  const problem = asApiError(error);
  return (
    <div role="alert" className="rounded-lg border border-bad/40 bg-bad-tint px-4 py-3">
      <div className="flex items-start gap-3">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
        <div className="min-w-0 flex-1 break-words">
          <p className="font-medium">{problem.title}</p>
          <p className="mt-0.5 text-sm">{problem.message}</p>
          {problem.errors.length > 0 ? (
            <ul className="mt-1 list-disc pl-4 text-sm">
              {problem.errors.map((error) => (
                <li key={`${error.path} ${error.message}`}>
                  {error.path ? <code className="font-mono text-xs">{error.path}</code> : null}{" "}
                  {error.message}
                </li>
              ))}
            </ul>
          ) : null}
          {problem.requestId ? (
            <p className="mt-1.5 font-mono text-xs text-soft">request {problem.requestId}</p>
          ) : null}
        </div>
        {retry ? (
          <Button size="sm" onClick={() => void retry()}>
            <RefreshCw aria-hidden className="size-3.5" />
            Try again
          </Button>
        ) : null}
      </div>
    </div>
  );
}
