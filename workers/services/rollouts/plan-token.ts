import { createHash } from "node:crypto";
import { refuse } from "../../../domain/errors.ts";
import type { RolloutPlanBody } from "../../../protocol/api/rollouts.ts";

/**
 * A plan's token names what was looked at: which agents change in which wave (the fleet's part), and how the rollout
 * goes. Words for people (the message, a reason) are no part of it.
 */
export function tokenOf(fleetPart: string, terms: RolloutPlanBody): string {
  const { strategy, gates, autoRevert, schedule, onActive, overrideFreeze } = terms;
  const how = JSON.stringify([strategy, gates, autoRevert, schedule, onActive, overrideFreeze !== undefined]);
  return `${fleetPart}-${createHash("sha256").update(how).digest("hex").slice(0, 16)}`;
}

/** What the fleet checks again when it takes the order. */
export const fleetPartOf = (token: string): string => token.slice(0, Math.max(0, token.lastIndexOf("-")));

export function refuseOutdated(given: string, now: string): void {
  if (given === now) return;
  const sameAgents = fleetPartOf(given) === fleetPartOf(now);
  refuse(
    "plan_outdated",
    sameAgents
      ? "The terms are not those of the plan: the strategy, gates, schedule, autoRevert, onActive or overrideFreeze differ. Send the same ones, or look at the plan again and start with its token."
      : "The release or the fleet has changed since the plan was made: a newer config version, other agents, labels or running configs. Look at the plan again, then start with its token.",
    [{ path: "planToken", message: `the plan's token is now ${now}` }],
  );
}
