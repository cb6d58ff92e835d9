/** For tests of what the API makes of a request: a platform whose fleets note their orders and answer as told. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { findRollout } from "../../../db/queries/rollouts.ts";
import { done, type Outcome } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import type { FleetSummary, PlannedRollout, RolloutOrder } from "../../../protocol/rpc/fleet.ts";
import { createApp } from "../../../workers/app.ts";
import type { Env } from "../../../workers/env.ts";
import { createPlatform } from "../../../workers/platform.ts";
import type { FleetStub, Platform } from "../../../workers/services/context.ts";
import { rolloutView } from "../../../workers/services/rollouts/view.ts";
import type { Answer, CallOptions } from "../world.ts";

// The bindings that vitest.config.ts gives to this project.
const testEnv = env as unknown as Env;

export interface FakeFleet {
  platform: Platform;
  /** Every order that was previewed or started, the newest last. */
  orders: (Omit<RolloutOrder, "id"> & { id?: RolloutOrder["id"] })[];
  /** What other methods were called with, by name. */
  calls: { method: string; args: unknown[] }[];
  summary: FleetSummary;
  plan: Partial<PlannedRollout>;
  /** What the fleet makes of an order, or answers to anything else that answers a rollout. */
  rollout: Partial<Rollout>;
  call<T = Record<string, unknown>>(method: string, path: string, options: CallOptions): Promise<Answer<T>>;
}

const emptyPlan: PlannedRollout = {
  total: 0,
  unchanged: 0,
  waves: [],
  diffs: [],
  warnings: [],
  startsAt: null,
  planToken: "plan-1",
  matches: [],
  refusal: null,
};

/** `answers`: further methods, by name. */
export function fakeFleet(answers: Record<string, (...args: unknown[]) => Outcome<unknown>> = {}): FakeFleet {
  const { platform } = createPlatform(testEnv);
  const fake: FakeFleet = {
    orders: [],
    calls: [],
    summary: {
      counts: { total: 0, online: 0, offline: 0, revoked: 0, unhealthy: 0, failed: 0, drifted: 0 },
      activeRolloutId: null,
      currentReleaseId: null,
    },
    plan: {},
    rollout: {},
    platform: {
      ...platform,
      log: { error: () => undefined },
      fleet: (scope) => stubOf(scope.organizationId),
    },
    async call(method, path, options) {
      const execution = createExecutionContext();
      const answer = await createApp({ platform: fake.platform })(
        new Request(`http://muster.test${path}`, {
          method,
          headers: {
            ...(options.token && { authorization: `Bearer ${options.token}` }),
            ...(options.body !== undefined && { "content-type": "application/json" }),
            ...options.headers,
          },
          ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
        }),
        execution,
      );
      const text = await answer.text();
      await waitOnExecutionContext(execution);
      return {
        status: answer.status,
        headers: answer.headers,
        body: text === "" ? null : JSON.parse(text),
      };
    },
  };

  const rolloutOf = async (
    organization: OrganizationId,
    id: RolloutOrder["id"],
  ): Promise<Outcome<Rollout>> => {
    const row = await findRollout(platform.db, [organization], id);
    if (!row) throw new Error(`no row of ${id}`);
    return done({ ...rolloutView(row), ...fake.rollout });
  };
  const known: Record<string, (organization: OrganizationId, args: unknown[]) => unknown> = {
    configure: () => done(null),
    summary: () => done(fake.summary),
    previewRollout: (_, [, order]) => {
      fake.orders.push(order as RolloutOrder);
      return done({ ...emptyPlan, ...fake.plan });
    },
    checkRollout: (_, [, order]) => {
      fake.orders.push(order as RolloutOrder);
      const { total, unchanged, waves, warnings, refusal, planToken } = { ...emptyPlan, ...fake.plan };
      return done({ total, unchanged, waves: waves.length, warnings, refusal, planToken });
    },
    startRollout: (organization, [, order]) => {
      fake.orders.push(order as RolloutOrder);
      return rolloutOf(organization, (order as RolloutOrder).id);
    },
  };
  const stubOf = (organization: OrganizationId): FleetStub =>
    new Proxy({} as FleetStub, {
      get:
        (_, method: string) =>
        async (...args: unknown[]) => {
          fake.calls.push({ method, args });
          const answer = answers[method] ?? null;
          if (answer) return answer(...args);
          return known[method]
            ? known[method](organization, args)
            : rolloutOf(organization, args[1] as RolloutOrder["id"]);
        },
    });
  return fake;
}
