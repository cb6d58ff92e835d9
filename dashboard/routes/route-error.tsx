import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { asApiError } from "../api/problem.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { Empty } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";

export function NotFound() {
  return (
    <Empty
      title="There is nothing at this address"
      action={
        <Link to="/" className={buttonClass("primary")}>
          Go to your fleets
        </Link>
      }
    >
      It was moved or deleted, it was mistyped, or it belongs to an organization that you are not in. Start
      from your fleets, or ask whoever sent you the link.
    </Empty>
  );
}

export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (asApiError(error).status === 404) return <NotFound />;
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-4 p-6">
      <Problem error={error} />
      <div className="flex gap-2">
        <Button
          look="primary"
          onClick={() => {
            reset();
            void router.invalidate();
          }}
        >
          Try again
        </Button>
        <a href="/" className={buttonClass()}>
          Start over
        </a>
      </div>
    </div>
  );
}
