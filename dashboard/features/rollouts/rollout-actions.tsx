import { useMutation } from "@tanstack/react-query";
import { CircleStop, Pause, Play, RotateCcw } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { isTerminal } from "../../../domain/rollouts/states.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate } from "../../api/queries.ts";
import type { RolloutAction } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";

type Verb = "abort" | "pause" | "resume" | "retry";

const asks: Record<Verb, { title: string; text: string; action: string }> = {
  abort: {
    title: "Abort this rollout?",
    text: "No further agent is offered the new config, from the moment this is acknowledged. A rollout that ended cannot be started again; deploy anew instead.",
    action: "Abort the rollout",
  },
  pause: {
    title: "Pause this rollout?",
    text: "Agents that were already offered the config go on; no further wave starts until somebody resumes it.",
    action: "Pause the rollout",
  },
  resume: {
    title: "Resume this rollout?",
    text: "It goes on where it was paused: the next wave starts once its gate passes.",
    action: "Resume the rollout",
  },
  retry: {
    title: "Try the failed agents again?",
    text: "They are no longer held back from this release: those that should run it are offered it at once, the others with the next deploy of it.",
    action: "Lift the hold",
  },
};

/** Agents may be held back for having failed: their number is not told, so this is where it can be so. */
function mayHoldAgents({ state, counts }: Rollout): boolean {
  const returned = state === "rolled_back" || state === "rollback_incomplete";
  return isTerminal(state) && (returned || counts.failed + counts.rejected > 0);
}

export function RolloutActions({ rollout }: { rollout: Rollout }) {
  const [asked, setAsked] = useState<Verb | null>(null);
  const act = useMutation({
    mutationFn: (path: string) => api.post<RolloutAction>(path),
    onSuccess: async ({ receipt }) => {
      setAsked(null);
      showReceipt(receipt, (path) => act.mutate(path));
      await invalidate(`/v1/rollouts/${rollout.id}`);
    },
    onError: (error) => {
      setAsked(null);
      toast.error(asApiError(error).message);
    },
  });
  const isOpen = !isTerminal(rollout.state);
  if (!isOpen && !mayHoldAgents(rollout)) return null;
  return (
    <>
      {isOpen ? null : (
        <Button onClick={() => setAsked("retry")}>
          <RotateCcw aria-hidden className="size-3.5" />
          Retry failed agents
        </Button>
      )}
      {rollout.state === "running" ? (
        <Button onClick={() => setAsked("pause")}>
          <Pause aria-hidden className="size-3.5" />
          Pause
        </Button>
      ) : null}
      {rollout.state === "paused" ? (
        <Button look="primary" onClick={() => setAsked("resume")}>
          <Play aria-hidden className="size-3.5" />
          Resume
        </Button>
      ) : null}
      {isOpen ? (
        <Button look="danger" onClick={() => setAsked("abort")}>
          <CircleStop aria-hidden className="size-3.5" />
          Abort
        </Button>
      ) : null}
      {(Object.keys(asks) as Verb[]).map((verb) => (
        <Confirm
          key={verb}
          open={asked === verb}
          onOpenChange={(open) => setAsked(open ? verb : null)}
          title={asks[verb].title}
          action={asks[verb].action}
          danger={verb === "abort"}
          busy={act.isPending}
          onConfirm={() => act.mutate(`/v1/rollouts/${rollout.id}/${verb}`)}
        >
          {asks[verb].text}
        </Confirm>
      ))}
    </>
  );
}

/** The receipt, with the way back when there is one. */
function showReceipt(receipt: Receipt, undo: (path: string) => void): void {
  const path = receipt.undo?.href;
  toast.success(receipt.summary, {
    duration: 10_000,
    ...(path ? { action: { label: "Undo", onClick: () => undo(path) } } : {}),
  });
}
