import { ChevronsRight, CircleStop, Download, Pause, Play, RotateCcw, Undo2 } from "lucide-react";
import { useState } from "react";
import { isTerminal } from "../../../domain/rollouts/states.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { useExport } from "./use-export.ts";
import { useRolloutAction } from "./use-rollout-action.ts";

type Verb = "abort" | "pause" | "resume" | "promote" | "retry";

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
  promote: {
    title: "Promote this rollout?",
    text: "It goes on to the next wave, or activates what all have staged. Your word also overrules a gate that had too little to judge by; a failed gate still stops it.",
    action: "Promote the rollout",
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

/** A person's word lets it go on; where the hold is not told, either word may be the right one. */
const isPromotable = ({ state, hold }: Rollout): boolean =>
  state === "paused" && (hold === undefined || hold === "promotion" || hold === "inconclusive");
const isResumable = ({ state, hold }: Rollout): boolean =>
  state === "paused" && (hold === undefined || hold === "person");

/** Some agent may still run what the rollout brought. */
function mayRevert({ state, counts }: Rollout): boolean {
  return isTerminal(state) && counts.verified + counts.applied > 0;
}

export function RolloutActions({ rollout }: { rollout: Rollout }) {
  const refused = useWhyNotInFleet(rollout.fleetId)("rollout.write");
  const [asked, setAsked] = useState<Verb | null>(null);
  const act = useRolloutAction(rollout.id, () => setAsked(null));
  const exported = useExport(rollout.id);
  const { state, hold } = rollout;
  return (
    <>
      <Button look="quiet" busy={exported.isPending} onClick={() => exported.mutate()}>
        <Download aria-hidden className="size-3.5" />
        Export
      </Button>
      {mayHoldAgents(rollout) ? (
        <Button refused={refused} onClick={() => setAsked("retry")}>
          <RotateCcw aria-hidden className="size-3.5" />
          Retry failed agents
        </Button>
      ) : null}
      {mayRevert(rollout) ? (
        <LinkButton
          to="/fleets/$fleetId/rollouts/$rolloutId/revert"
          params={{ fleetId: rollout.fleetId, rolloutId: rollout.id }}
          refused={refused}
        >
          <Undo2 aria-hidden className="size-3.5" />
          Revert
        </LinkButton>
      ) : null}
      {state === "running" || (state === "paused" && hold !== undefined && hold !== "person") ? (
        <Button refused={refused} onClick={() => setAsked("pause")}>
          <Pause aria-hidden className="size-3.5" />
          Pause
        </Button>
      ) : null}
      {isResumable(rollout) ? (
        <Button look="primary" refused={refused} onClick={() => setAsked("resume")}>
          <Play aria-hidden className="size-3.5" />
          Resume
        </Button>
      ) : null}
      {isPromotable(rollout) ? (
        <Button look="primary" refused={refused} onClick={() => setAsked("promote")}>
          <ChevronsRight aria-hidden className="size-3.5" />
          Promote
        </Button>
      ) : null}
      {isTerminal(state) ? null : (
        <Button look="danger" refused={refused} onClick={() => setAsked("abort")}>
          <CircleStop aria-hidden className="size-3.5" />
          Abort
        </Button>
      )}
      {(Object.keys(asks) as Verb[]).map((verb) => (
        <Confirm
          key={verb}
          open={asked === verb}
          onOpenChange={(open) => setAsked(open ? verb : null)}
          title={asks[verb].title}
          action={asks[verb].action}
          danger={verb === "abort"}
          busy={act.isPending}
          onConfirm={() =>
            act.mutate(() =>
              api.call(`POST /v1/rollouts/{rollout}/${verb}`, { path: { rollout: rollout.id } }),
            )
          }
        >
          {asks[verb].text}
        </Confirm>
      ))}
    </>
  );
}
