import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { buttonClass } from "../../ui/button.tsx";
import { Problem } from "../../ui/problem.tsx";

interface DeadLinkProps {
  /** null = the address holds no token at all. */
  error: unknown;
  /** What to do instead, beside signing in. */
  children?: ReactNode;
}

/** A link that is used, expired or not whole: the server says which, and what to do next. */
export function DeadLink({ error, children }: DeadLinkProps) {
  return (
    <div className="flex flex-col gap-4">
      {error ? (
        <Problem error={error} />
      ) : (
        <p role="alert">The link is not complete. Open it from the mail again, or copy all of it.</p>
      )}
      {children}
      <Link to="/sign-in" className={buttonClass("quiet")}>
        Go to sign-in
      </Link>
    </div>
  );
}
