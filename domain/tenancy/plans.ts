/** What an organization may use. Counts are of what exists; rates are per minute. */
export const quotaNames = [
  "projects",
  "environments",
  "fleets",
  "agentsPerFleet",
  "configs",
  "versionsPerConfig",
  "templates",
  "variables",
  "secrets",
  "members",
  "pendingInvitations",
  "teams",
  "roles",
  "serviceAccounts",
  "apiKeys",
  "enrollmentTokens",
  "execSessions",
] as const;
export type QuotaName = (typeof quotaNames)[number];

export const plans = ["free", "team", "enterprise"] as const;
export type Plan = (typeof plans)[number];

export interface PlanTerms {
  quotas: Record<QuotaName, number>;
  /** Requests of one person or key, and of the whole organization. */
  requestsPerMinute: { caller: number; organization: number };
  auditRetentionDays: number;
}

export const planTerms: Record<Plan, PlanTerms> = {
  free: {
    quotas: {
      projects: 20,
      environments: 100,
      fleets: 50,
      agentsPerFleet: 10_000,
      configs: 500,
      versionsPerConfig: 1_000,
      templates: 200,
      variables: 2_000,
      secrets: 2_000,
      members: 25,
      pendingInvitations: 50,
      teams: 20,
      roles: 20,
      serviceAccounts: 20,
      apiKeys: 100,
      enrollmentTokens: 200,
      execSessions: 5,
    },
    requestsPerMinute: { caller: 1_200, organization: 6_000 },
    auditRetentionDays: 90,
  },
  team: {
    quotas: {
      projects: 200,
      environments: 1_000,
      fleets: 500,
      agentsPerFleet: 20_000,
      configs: 10_000,
      versionsPerConfig: 10_000,
      templates: 2_000,
      variables: 20_000,
      secrets: 20_000,
      members: 500,
      pendingInvitations: 500,
      teams: 200,
      roles: 200,
      serviceAccounts: 500,
      apiKeys: 2_000,
      enrollmentTokens: 5_000,
      execSessions: 50,
    },
    requestsPerMinute: { caller: 6_000, organization: 60_000 },
    auditRetentionDays: 400,
  },
  enterprise: {
    quotas: {
      projects: 5_000,
      environments: 20_000,
      fleets: 10_000,
      agentsPerFleet: 30_000,
      configs: 100_000,
      versionsPerConfig: 100_000,
      templates: 20_000,
      variables: 200_000,
      secrets: 200_000,
      members: 20_000,
      pendingInvitations: 5_000,
      teams: 5_000,
      roles: 2_000,
      serviceAccounts: 10_000,
      apiKeys: 50_000,
      enrollmentTokens: 100_000,
      execSessions: 500,
    },
    requestsPerMinute: { caller: 12_000, organization: 600_000 },
    auditRetentionDays: 2_555,
  },
};
