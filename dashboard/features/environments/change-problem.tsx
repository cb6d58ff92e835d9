import { asApiError } from "../../api/problem.ts";
import { Problem } from "../../ui/problem.tsx";
import { isConflict } from "./use-change.ts";

/** A refusal; one that is due to somebody else's change says so, and that the page shows theirs now. */
export function ChangeProblem({ error }: { error: unknown }) {
  if (!error) return null;
  if (!isConflict(error)) return <Problem error={error} />;
  return (
    <div role="alert" className="rounded-lg border border-warn/40 bg-warn-tint px-4 py-3">
      <p className="font-medium">Somebody changed this environment while you looked at it</p>
      <p className="mt-0.5 text-sm">
        Nothing of yours was saved. The page shows it as it is now: look again, then repeat your change.
      </p>
      <p className="mt-1 text-xs break-words text-soft">{asApiError(error).message}</p>
    </div>
  );
}
