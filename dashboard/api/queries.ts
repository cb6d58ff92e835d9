import {
  infiniteQueryOptions,
  MutationCache,
  QueryCache,
  QueryClient,
  queryOptions,
} from "@tanstack/react-query";
import {
  type Answer,
  fillPath,
  type Input,
  type Item,
  type ListName,
  type OperationName,
  type QueryOf,
} from "../../protocol/client/index.ts";
import { api } from "./client.ts";
import { ApiError } from "./problem.ts";
import { refresh, whenAnotherPerson } from "./session.ts";
import type { Page } from "./types.ts";

/** Refusals that tell that the person's access is not what this session was told. */
const accessCodes = ["forbidden", "sso_required", "two_factor_required"];
const relearnEveryMs = 20_000;
let relearnedAt = Number.NEGATIVE_INFINITY;

/** Somebody may have changed what the person may do: the controls follow once the session is told anew. */
function relearnAccess(error: Error): void {
  if (!(error instanceof ApiError) || !accessCodes.includes(error.code)) return;
  const now = performance.now();
  if (now - relearnedAt < relearnEveryMs) return;
  relearnedAt = now;
  void refresh().catch(() => undefined);
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: relearnAccess }),
  mutationCache: new MutationCache({ onError: relearnAccess }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.retryable,
    },
  },
});

// What one person saw is not shown to the next, who may have signed in on another tab.
whenAnotherPerson(() => queryClient.clear());

const pageSize = 200;

type AnyQuery = Record<string, unknown>;

interface AnyInput {
  path?: AnyQuery | undefined;
  query?: AnyQuery | undefined;
}

/** What is asked for, as cache keys hold it: the path first, so that `invalidate` finds it. */
function keyOf(operation: string, { path, query }: AnyInput): [string, AnyQuery] {
  return [fillPath(operation.replace("GET ", ""), path), query ?? {}];
}

function ask<T>(operation: OperationName, input: AnyInput, more: AnyQuery, signal: AbortSignal): Promise<T> {
  const query = { ...input.query, ...more };
  // The caller's types have checked path and query against the operation.
  return api.call(operation, { ...input, query, signal } as never) as Promise<T>;
}

/** Every page of a list that is short by nature (projects, fleets, configs, keys). */
async function all<T>(operation: OperationName, input: AnyInput, signal: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await ask(operation, input, { limit: pageSize, cursor }, signal);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
}

type Given<K extends OperationName> = Omit<Input<K>, "signal">;

/** Every item of a list that is short by nature. */
export function list<K extends ListName>(operation: K, input: Given<K>) {
  const given = input as AnyInput;
  return queryOptions({
    queryKey: keyOf(operation, given),
    queryFn: ({ signal }) => all<Item<K>>(operation, given, signal),
  });
}

export function one<K extends OperationName>(operation: K, input: Given<K>) {
  const given = input as AnyInput;
  return queryOptions({
    queryKey: keyOf(operation, given),
    queryFn: ({ signal }) => ask<Answer<K>>(operation, given, {}, signal),
  });
}

/** A list that is read page by page, as it is scrolled. */
export function paged<K extends ListName>(operation: K, input: Given<K>, limit = 50) {
  const given = input as AnyInput;
  return infiniteQueryOptions({
    queryKey: [...keyOf(operation, given), "pages"],
    queryFn: ({ signal, pageParam }) =>
      ask<Page<Item<K>>>(operation, given, { limit, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
}

export const queries = {
  projects: (org: string) => list("GET /v1/orgs/{org}/projects", { path: { org } }),
  project: (project: string) => one("GET /v1/projects/{project}", { path: { project } }),
  environment: (environment: string) => one("GET /v1/environments/{environment}", { path: { environment } }),
  environments: (project: string) => list("GET /v1/projects/{project}/environments", { path: { project } }),
  fleets: (project: string) => list("GET /v1/projects/{project}/fleets", { path: { project } }),
  fleet: (fleet: string) => one("GET /v1/fleets/{fleet}", { path: { fleet } }),
  fleetComponents: (fleet: string) => one("GET /v1/fleets/{fleet}/components", { path: { fleet } }),
  enrollmentTokens: (fleet: string) => list("GET /v1/fleets/{fleet}/enrollment-tokens", { path: { fleet } }),
  agentReleases: () => list("GET /v1/agent-releases", {}),
  agent: (agent: string) => one("GET /v1/agents/{agent}", { path: { agent } }),
  restarts: (fleet: string) => one("GET /v1/fleets/{fleet}/restarts", { path: { fleet } }),
  explainAgent: (agent: string) => one("GET /v1/agents/{agent}/explain", { path: { agent } }),
  configs: (project: string) => list("GET /v1/projects/{project}/configs", { path: { project } }),
  config: (config: string) => one("GET /v1/configs/{config}", { path: { config } }),
  configVersions: (config: string) => paged("GET /v1/configs/{config}/versions", { path: { config } }),
  configVersionLabels: (config: string) => one("GET /v1/configs/{config}/labels", { path: { config } }),
  configUses: (config: string, current: boolean) =>
    paged("GET /v1/configs/{config}/uses", { path: { config }, query: { current: current || null } }),
  configVersion: (config: string, version: number) => ({
    ...one("GET /v1/configs/{config}/versions/{number}", { path: { config, number: version } }),
    staleTime: Number.POSITIVE_INFINITY,
  }),
  configKinds: () =>
    queryOptions({
      queryKey: ["/v1/config-kinds"],
      queryFn: async ({ signal }) => (await api.call("GET /v1/config-kinds", { signal })).items,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  release: (release: string) => ({
    ...one("GET /v1/releases/{release}", { path: { release } }),
    staleTime: Number.POSITIVE_INFINITY,
  }),
  rollouts: (fleet: string, state: QueryOf<"GET /v1/fleets/{fleet}/rollouts">["state"] = null) =>
    paged("GET /v1/fleets/{fleet}/rollouts", { path: { fleet }, query: { state } }),
  /** Those that have not ended: the active one and those that wait. */
  openRollouts: (fleet: string) =>
    list("GET /v1/fleets/{fleet}/rollouts", { path: { fleet }, query: { state: "open" } }),
  rolloutApprovals: (rollout: string) => one("GET /v1/rollouts/{rollout}/approvals", { path: { rollout } }),
  explainRollout: (rollout: string) => one("GET /v1/rollouts/{rollout}/explain", { path: { rollout } }),
  rollout: (rollout: string) => one("GET /v1/rollouts/{rollout}", { path: { rollout } }),
  rolloutAgents: (rollout: string, state: QueryOf<"GET /v1/rollouts/{rollout}/agents">["state"]) =>
    paged("GET /v1/rollouts/{rollout}/agents", { path: { rollout }, query: { state } }, 100),
  usage: (org: string, from?: string, to?: string) =>
    one("GET /v1/orgs/{org}/usage", { path: { org }, query: { from, to } }),
  invoicePreview: (org: string) => one("GET /v1/orgs/{org}/invoices/preview", { path: { org } }),
  apiKeys: (org: string) => list("GET /v1/orgs/{org}/api-keys", { path: { org } }),
};

/** Marks stale everything whose path starts so. */
export function invalidate(path: string): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: (query) => typeof query.queryKey[0] === "string" && query.queryKey[0].startsWith(path),
  });
}
