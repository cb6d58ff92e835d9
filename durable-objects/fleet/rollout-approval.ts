import { refuse } from "../../domain/errors.ts";
import type { Approval, RolloutOrder } from "../../protocol/rpc/fleet.ts";
import type { ApprovalFacts, RolloutRow } from "./rollout-rows.ts";

/** What the order's gates and its environment ask for; null = nobody need approve. */
export function approvalFor({ gates, policy }: RolloutOrder): ApprovalFacts | null {
  if (!gates.approval && !policy.protected) return null;
  return {
    required: true,
    byAnother: policy.protected,
    verdict: null,
    by: null,
    person: null,
    comment: null,
    at: null,
  };
}

/**
 * What is kept of the verdict; null = it changes nothing, since the same was said already.
 * @throws DomainError `forbidden`, `conflict`
 */
export function decideApproval(
  { facts, header }: RolloutRow,
  { verdict, name, person, comment }: Approval,
): Omit<ApprovalFacts, "at"> | null {
  const { approval } = facts;
  if (!approval) {
    return refuse(
      "conflict",
      `Rollout ${header.id} asks for nobody's approval: there is nothing to ${verdict}.`,
    );
  }
  if (approval.verdict === verdict) return null;
  if (header.state !== "awaiting_approval") {
    const how = approval.verdict === "approve" ? `was approved by ${approval.by}` : `is ${header.state}`;
    refuse(
      "conflict",
      `Rollout ${header.id} ${how}: it waits for no approval. To stop it: muster rollouts abort ${header.id}`,
    );
  }
  if (verdict === "approve" && approval.byAnother && (facts.person === null || facts.person === person)) {
    refuse(
      "forbidden",
      facts.person === null
        ? `The environment is protected, and nobody knows which person stands behind ${facts.author}: the rollout cannot be approved. Reject it, and let a person start it.`
        : `The environment is protected: ${facts.author} started this rollout, so another person must approve it. Ask one who may write rollouts in this project.`,
    );
  }
  return { ...approval, verdict, by: name, person, comment };
}
