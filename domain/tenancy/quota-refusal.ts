import type { Refusal } from "../errors.ts";
import { type Plan, planTerms, type QuotaName } from "./plans.ts";

/** What a quota counts, and what frees a place in it. */
const texts: Record<QuotaName, { counts: string; free: string }> = {
  projects: { counts: "projects in an organization", free: "Use one that exists" },
  environments: { counts: "environments in an organization", free: "Use one that exists" },
  fleets: { counts: "fleets in an organization", free: "Use one that exists" },
  agentsPerFleet: { counts: "agents in a fleet", free: "Delete agents that are gone, or make another fleet" },
  configs: { counts: "configs in an organization", free: "Use one that exists" },
  versionsPerConfig: {
    counts: "versions of a config",
    free: "Delete those that no release names, or create a new config",
  },
  secrets: { counts: "secrets in an organization", free: "Delete those that no config names" },
  templates: { counts: "templates in an organization", free: "Delete those that no config is made from" },
  variables: { counts: "variables in an organization", free: "Delete those that no config names" },
  members: { counts: "members in an organization", free: "Remove members who have left" },
  pendingInvitations: { counts: "open invitations", free: "Revoke invitations that nobody takes" },
  teams: { counts: "teams in an organization", free: "Delete teams that nobody uses" },
  roles: { counts: "roles of an organization's own", free: "Delete roles that nobody has" },
  serviceAccounts: { counts: "service accounts", free: "Delete those that nothing uses" },
  apiKeys: { counts: "API keys that count", free: "Revoke keys that nothing uses" },
  enrollmentTokens: {
    counts: "enrolment tokens that count",
    free: "Revoke tokens that nothing uses, or let them expire",
  },
  execSessions: { counts: "commands and terminals open at once", free: "End one that nobody uses" },
};

/** `used` is what is there; the refused write would have made it more than the plan has. */
export function quotaRefusal(name: QuotaName, plan: Plan, used: number): Refusal {
  return quotaRefusalAt(name, `The plan ${plan}`, planTerms[plan].quotas[name], used);
}

/** As `quotaRefusal`, where only the limit is known and not the plan that it is of. */
export function quotaRefusalAt(name: QuotaName, who: string, limit: number, used: number): Refusal {
  const { counts, free } = texts[name];
  return {
    code: "quota_exceeded",
    detail: `${who} allows ${limit} ${counts}, and ${used} are there. ${free}, or change to a larger plan.`,
    quota: { name, limit, used, resetsAt: null },
  };
}
