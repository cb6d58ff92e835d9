import { refuse } from "../errors.ts";
import type { RolloutId, UserId } from "../ids.ts";
import type { Policy } from "./policy.ts";
import type { Gates } from "./rollout.ts";
import type { RolloutState } from "./states.ts";

/** That a person must approve the rollout, and what one said. */
export interface ApprovalFacts {
  required: boolean;
  /** The environment was protected when it was ordered: another person than the author must. */
  byAnother: boolean;
  verdict: "approve" | "reject" | null;
  by: string | null;
  person: UserId | null;
  comment: string | null;
  at: number | null;
}

/** What the order's gates and its environment ask for; null = nobody need approve. */
export function approvalFor({
  gates,
  policy,
}: {
  gates: Pick<Gates, "approval">;
  policy: Pick<Policy, "protected">;
}): ApprovalFacts | null {
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

export interface Approvable {
  header: { id: RolloutId; state: RolloutState };
  facts: {
    approval: ApprovalFacts | null;
    author: string;
    /** The person behind the author: an API key stands for who made it. null = not known. */
    person: UserId | null;
  };
}

/**
 * What is kept of a person's verdict; null = it changes nothing, since the same was said already. Once is enough.
 * Anybody who may approve may reject, the author too.
 * @throws DomainError `forbidden` to the author in a protected environment, `conflict` where none is waited for
 */
export function decideApproval(
  { facts, header }: Approvable,
  said: { verdict: "approve" | "reject"; name: string; person: UserId; comment: string | null },
): Omit<ApprovalFacts, "at"> | null {
  const { approval } = facts;
  if (!approval) {
    return refuse(
      "conflict",
      `Rollout ${header.id} asks for nobody's approval: there is nothing to ${said.verdict}.`,
    );
  }
  if (approval.verdict === said.verdict) return null;
  if (header.state !== "awaiting_approval") {
    const by = approval.by ?? "a person";
    const how =
      approval.verdict === null
        ? `is ${header.state.replaceAll("_", " ")}`
        : approval.verdict === "approve"
          ? `was approved by ${by}`
          : `was rejected by ${by}, which is final`;
    const next =
      approval.verdict === "approve"
        ? `To stop it: muster rollouts abort ${header.id}`
        : "Start another one with the same release.";
    refuse("conflict", `Rollout ${header.id} ${how}: it waits for no approval. ${next}`);
  }
  if (said.verdict === "approve" && approval.byAnother) {
    if (facts.person === null) {
      refuse(
        "forbidden",
        `The environment is protected, and nobody knows which person stands behind ${facts.author}: the rollout cannot be approved. Reject it, and let a person start it.`,
      );
    }
    if (facts.person === said.person) {
      refuse(
        "forbidden",
        `The environment is protected: ${facts.author} started this rollout, so another person must approve it. Ask an operator, an admin or an owner of the organization.`,
      );
    }
  }
  const { verdict, name: by, person, comment } = said;
  return { ...approval, verdict, by, person, comment };
}
