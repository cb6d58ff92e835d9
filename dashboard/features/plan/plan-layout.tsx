import { useNavigate } from "@tanstack/react-router";
import { LoaderCircle, Rocket } from "lucide-react";
import type { ReactNode } from "react";
import { toast } from "sonner";
import type { RenderAgentBody } from "../../../protocol/api/renders.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { FieldErrorsProvider } from "./field-errors.tsx";
import { PlanPreview } from "./plan-preview.tsx";
import { type PlanOrder, usePlan } from "./use-plan.ts";

interface PlanLayoutProps {
  fleetId: string;
  /** Takes the order, and its dry run. */
  order: PlanOrder;
  /** null = there is not enough yet to make a plan of; then `missing` says what is. */
  body: object | null;
  missing: string;
  /** What an agent's files are shown of; left out = they are not. */
  agentBody?: RenderAgentBody | null;
  active: boolean;
  approval: boolean;
  children: ReactNode;
}

/** What is asked for on one side, what would happen on the other; nothing is sent before the start. */
export function PlanLayout({
  fleetId,
  order,
  body,
  missing,
  agentBody = null,
  active,
  approval,
  children,
}: PlanLayoutProps) {
  const navigate = useNavigate();
  const { plan, error, fieldErrors, ready, pending, planAgain, start } = usePlan(order, body);
  const outdated = start.error !== null && asApiError(start.error).code === "plan_outdated";
  const begin = () => {
    if (!plan) return;
    start.mutate(plan.planToken, {
      onSuccess: ({ receipt, rollout }) => {
        toast.success(receipt.summary);
        for (const warning of receipt.warnings) toast.warning(warning);
        void invalidate(`/v1/fleets/${fleetId}`);
        void navigate({
          to: "/fleets/$fleetId/rollouts/$rolloutId",
          params: { fleetId, rolloutId: rollout.id },
        });
      },
    });
  };
  return (
    <FieldErrorsProvider value={fieldErrors}>
      <form
        className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) begin();
        }}
      >
        <div className="flex min-w-0 flex-col gap-5">{children}</div>
        <Panel
          title="The plan"
          description="Nothing has been sent yet. This is what will happen."
          className="lg:sticky lg:top-6 lg:max-h-[calc(100dvh-3rem)] lg:overflow-y-auto"
          actions={
            <span role="status" className="flex items-center text-sm text-soft empty:hidden">
              {pending && body !== null ? (
                <>
                  <LoaderCircle aria-hidden className="mr-1.5 size-3.5 animate-spin" />
                  Planning
                </>
              ) : null}
            </span>
          }
        >
          <div className="flex flex-col gap-4">
            {start.error ? <Problem error={start.error} /> : null}
            {body === null ? (
              <p className="text-soft">{missing}</p>
            ) : error ? (
              <Problem error={error} {...(asApiError(error).retryable ? { retry: planAgain } : {})} />
            ) : plan ? (
              <PlanPreview plan={plan} agentBody={agentBody} active={active} approval={approval} />
            ) : (
              <Skeleton rows={6} />
            )}
            <div className="flex flex-wrap justify-end gap-2 border-t pt-4">
              {outdated ? (
                <Button look="primary" busy={pending} onClick={planAgain}>
                  Plan again
                </Button>
              ) : (
                <Button type="submit" look="primary" busy={start.isPending} disabled={!ready}>
                  <Rocket aria-hidden className="size-3.5" />
                  Start the rollout
                </Button>
              )}
            </div>
          </div>
        </Panel>
      </form>
    </FieldErrorsProvider>
  );
}
