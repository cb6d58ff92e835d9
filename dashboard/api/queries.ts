import { infiniteQueryOptions, QueryClient, queryOptions } from "@tanstack/react-query";
import type { AgentDetail, AgentExplanation } from "../../protocol/api/agents.ts";
import type { Config, ConfigVersion, ConfigVersionDetail } from "../../protocol/api/configs.ts";
import type { EnrollmentToken, Fleet, FleetDetail } from "../../protocol/api/fleets.ts";
import type { Environment, Project } from "../../protocol/api/projects.ts";
import type {
  Release,
  Rollout,
  RolloutApprovals,
  RolloutDetail,
  RolloutExplanation,
} from "../../protocol/api/rollouts.ts";
import type { InvoicePreview, Usage } from "../../protocol/api/usage.ts";
import { api, type Query } from "./client.ts";
import { ApiError } from "./problem.ts";
import type { ApiKey, ConfigKindInfo, Page, RolloutAgent } from "./types.ts";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.retryable,
    },
  },
});

const pageSize = 200;

/** Every page of a list that is short by nature (projects, fleets, configs, keys). */
async function all<T>(path: string, query: Query, signal: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await api.get(path, { ...query, limit: pageSize, cursor }, signal);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
}

function list<T>(path: string, query: Query = {}) {
  return queryOptions({
    queryKey: [path, query],
    queryFn: ({ signal }) => all<T>(path, query, signal),
  });
}

function one<T>(path: string, query: Query = {}) {
  return queryOptions({
    queryKey: [path, query],
    queryFn: ({ signal }) => api.get<T>(path, query, signal),
  });
}

function paged<T>(path: string, query: Query = {}, limit = 50) {
  return infiniteQueryOptions({
    queryKey: [path, query, "pages"],
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<T>>(path, { ...query, limit, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
}

export const queries = {
  projects: (org: string) => list<Project>(`/v1/orgs/${org}/projects`),
  project: (project: string) => one<Project>(`/v1/projects/${project}`),
  environment: (environment: string) => one<Environment>(`/v1/environments/${environment}`),
  environments: (project: string) => list<Environment>(`/v1/projects/${project}/environments`),
  fleets: (project: string) => list<Fleet>(`/v1/projects/${project}/fleets`),
  fleet: (fleet: string) => one<FleetDetail>(`/v1/fleets/${fleet}`),
  enrollmentTokens: (fleet: string) => list<EnrollmentToken>(`/v1/fleets/${fleet}/enrollment-tokens`),
  agent: (agent: string) => one<AgentDetail>(`/v1/agents/${agent}`),
  explainAgent: (agent: string) => one<AgentExplanation>(`/v1/agents/${agent}/explain`),
  configs: (project: string) => list<Config>(`/v1/projects/${project}/configs`),
  config: (config: string) => one<Config>(`/v1/configs/${config}`),
  configVersions: (config: string) => paged<ConfigVersion>(`/v1/configs/${config}/versions`),
  configVersion: (config: string, version: number) => ({
    ...one<ConfigVersionDetail>(`/v1/configs/${config}/versions/${version}`),
    staleTime: Number.POSITIVE_INFINITY,
  }),
  configKinds: () =>
    queryOptions({
      queryKey: ["/v1/config-kinds"],
      queryFn: async ({ signal }) =>
        (await api.get<Page<ConfigKindInfo>>("/v1/config-kinds", {}, signal)).items,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  release: (release: string) => ({
    ...one<Release>(`/v1/releases/${release}`),
    staleTime: Number.POSITIVE_INFINITY,
  }),
  rollouts: (fleet: string, state: string | null = null) =>
    paged<Rollout>(`/v1/fleets/${fleet}/rollouts`, { state }),
  /** Those that have not ended: the active one and those that wait. */
  openRollouts: (fleet: string) => list<Rollout>(`/v1/fleets/${fleet}/rollouts`, { state: "open" }),
  rolloutApprovals: (rollout: string) => one<RolloutApprovals>(`/v1/rollouts/${rollout}/approvals`),
  explainRollout: (rollout: string) => one<RolloutExplanation>(`/v1/rollouts/${rollout}/explain`),
  rollout: (rollout: string) => one<RolloutDetail>(`/v1/rollouts/${rollout}`),
  rolloutAgents: (rollout: string, state: string | null) =>
    paged<RolloutAgent>(`/v1/rollouts/${rollout}/agents`, { state }, 100),
  usage: (org: string, from?: string, to?: string) => one<Usage>(`/v1/orgs/${org}/usage`, { from, to }),
  invoicePreview: (org: string) => one<InvoicePreview>(`/v1/orgs/${org}/invoices/preview`),
  apiKeys: (org: string) => list<ApiKey>(`/v1/orgs/${org}/api-keys`),
};

/** Marks stale everything whose path starts so. */
export function invalidate(path: string): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: (query) => typeof query.queryKey[0] === "string" && query.queryKey[0].startsWith(path),
  });
}
