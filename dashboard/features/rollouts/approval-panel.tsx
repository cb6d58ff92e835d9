import { useQuery } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { useState } from "react";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { useRolloutAction } from "./use-rollout-action.ts";

/** A person's yes or no, with a comment; whoever may not say it reads why. */
export function ApprovalPanel({ rollout }: { rollout: Rollout }) {
  const approvals = useQuery(queries.rolloutApprovals(rollout.id));
  const [comment, setComment] = useState("");
  const act = useRolloutAction(rollout.id, () => setComment(""));
  const answer = (verdict: "approve" | "reject") =>
    act.mutate(() =>
      api.call("POST /v1/rollouts/{rollout}/approvals", {
        path: { rollout: rollout.id },
        body: { verdict, comment: comment.trim() || undefined },
      }),
    );
  if (approvals.error) return <Problem error={approvals.error} retry={approvals.refetch} />;
  const you = approvals.data?.you;
  return (
    <Panel
      title={you && !you.may ? "It waits for somebody's approval" : "Your approval is asked for"}
      description={`${rollout.author} asks to roll out release ${rollout.releaseNumber}. It starts once a person has approved it.`}
      className="border-warn/50"
    >
      {you === undefined ? (
        <Skeleton rows={2} />
      ) : you.may ? (
        <div className="flex flex-wrap items-end gap-2">
          <TextField
            label="Comment"
            maxLength={500}
            className="min-w-56 flex-1"
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
          <Button look="primary" busy={act.isPending} onClick={() => answer("approve")}>
            <Check aria-hidden className="size-3.5" />
            Approve
          </Button>
          <Button look="danger" busy={act.isPending} onClick={() => answer("reject")}>
            <X aria-hidden className="size-3.5" />
            Reject
          </Button>
        </div>
      ) : (
        <p>{you.why ?? "You may not approve it. Ask another person of your organization."}</p>
      )}
    </Panel>
  );
}
