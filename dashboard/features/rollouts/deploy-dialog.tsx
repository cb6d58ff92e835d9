import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeft, Rocket } from "lucide-react";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import type { RolloutPreview, StartedRollout } from "../../../protocol/api/rollouts.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate, queries } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { DeployForm } from "./deploy-form.tsx";
import { defaultPlan, type PlanDraft, planBody, startingAssignments } from "./plan-form.ts";
import { PlanPreview } from "./plan-preview.tsx";

interface DeployDialogProps {
  fleetId: string;
  /** Deployed at its latest version, beside what the fleet runs already. */
  configId?: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** First what goes where and how; then the plan, which names the agents of each wave; only then the start. */
export function DeployDialog({ open, ...rest }: DeployDialogProps) {
  // Each opening starts from nothing, so from what the fleet runs now.
  return open ? <OpenDeployDialog {...rest} /> : null;
}

function OpenDeployDialog({ fleetId, configId, onOpenChange }: Omit<DeployDialogProps, "open">) {
  const navigate = useNavigate();
  // A release replaces the one before it: starting from a stale one would take configs away from agents.
  const fleet = useQuery({ ...queries.fleet(fleetId), refetchOnMount: "always" });
  const currentId = fleet.data?.currentReleaseId ?? null;
  const current = useQuery({ ...queries.release(currentId ?? ""), enabled: currentId !== null });
  const projectId = fleet.data?.projectId ?? "";
  const configs = useQuery({
    ...queries.configs(projectId),
    enabled: projectId !== "",
    refetchOnMount: "always",
  });
  const [draft, setDraft] = useState<PlanDraft | null>(null);
  const preview = useMutation({
    mutationFn: (plan: PlanDraft) =>
      api.post<RolloutPreview>(`/v1/fleets/${fleetId}/rollouts`, planBody(plan), { dryRun: true }),
  });
  const start = useMutation({
    mutationFn: ({ plan, token }: { plan: PlanDraft; token: string }) =>
      api.post<StartedRollout>(`/v1/fleets/${fleetId}/rollouts`, { ...planBody(plan), planToken: token }),
    onSuccess: async ({ receipt, rollout }) => {
      toast.success(receipt.summary);
      onOpenChange(false);
      void navigate({
        to: "/fleets/$fleetId/rollouts/$rolloutId",
        params: { fleetId, rolloutId: rollout.id },
      });
      await invalidate(`/v1/fleets/${fleetId}`);
    },
  });

  const ready =
    fleet.isFetchedAfterMount &&
    fleet.isSuccess &&
    configs.isFetchedAfterMount &&
    configs.isSuccess &&
    (currentId === null || current.isSuccess);
  const { reset: resetPreview } = preview;
  const { reset: resetStart } = start;
  useEffect(() => {
    if (!ready) return;
    setDraft(
      (old) => old ?? { ...defaultPlan, assignments: startingAssignments(current.data ?? null, configId) },
    );
  }, [ready, current.data, configId]);

  const plan = preview.data;
  const outdated = start.error !== null && asApiError(start.error).code === "plan_outdated";
  const back = () => {
    resetPreview();
    resetStart();
  };
  return (
    <Dialog
      open
      onOpenChange={onOpenChange}
      wide
      title={`Deploy to ${fleet.data?.name ?? "the fleet"}`}
      description={
        plan
          ? "Nothing has been sent yet. This is what will happen."
          : "Choose what the fleet's agents run from now on, and how they get there."
      }
      footer={
        plan && draft ? (
          <>
            <Button onClick={back}>
              <ArrowLeft aria-hidden className="size-3.5" />
              Change the plan
            </Button>
            {outdated ? (
              <Button
                look="primary"
                busy={preview.isPending}
                onClick={() => {
                  resetStart();
                  preview.mutate(draft);
                }}
              >
                Plan again
              </Button>
            ) : (
              <Button
                look="primary"
                busy={start.isPending}
                onClick={() => start.mutate({ plan: draft, token: plan.planToken })}
              >
                <Rocket aria-hidden className="size-3.5" />
                Start the rollout
              </Button>
            )}
          </>
        ) : (
          <Button look="primary" type="submit" form="deploy" busy={preview.isPending} disabled={!draft}>
            Show the plan
          </Button>
        )
      }
    >
      {fleet.error ? <Problem error={fleet.error} retry={fleet.refetch} /> : null}
      {configs.error ? <Problem error={configs.error} retry={configs.refetch} /> : null}
      {current.error ? <Problem error={current.error} retry={current.refetch} /> : null}
      {plan ? (
        <div className="flex flex-col gap-4">
          {start.error ? <Problem error={start.error} /> : null}
          <PlanPreview plan={plan} />
        </div>
      ) : draft && fleet.data && configs.data ? (
        <form
          id="deploy"
          className="flex flex-col gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            preview.mutate(draft);
          }}
        >
          <DeployForm
            fleetId={fleetId}
            configs={configs.data}
            current={current.data ?? null}
            draft={draft}
            onChange={setDraft}
          />
          {preview.error ? <Problem error={preview.error} /> : null}
        </form>
      ) : (
        <Skeleton rows={6} />
      )}
    </Dialog>
  );
}
