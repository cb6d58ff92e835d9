import type { FleetRow } from "../../../db/queries/fleets.ts";
import { findRelease } from "../../../db/queries/rollouts.ts";
import { refuse } from "../../../domain/errors.ts";
import type { LabelChange } from "../../../domain/fleets/operator-labels.ts";
import { plural } from "../../../domain/plural.ts";
import { freezeAt } from "../../../domain/rollouts/schedule/closed.ts";
import type { Rollout, RolloutPlanBody } from "../../../protocol/api/rollouts.ts";
import type { AgentChoice, PlannedActions, RelabelOrder } from "../../../protocol/rpc/agent-actions.ts";
import { ordered } from "../audit/ordered.ts";
import type { Context } from "../context.ts";
import { policyOf } from "../environments/policy.ts";
import { askFleet } from "../fleets/ask.ts";
import { sealedSecrets } from "../releases/inputs.ts";
import { loadAssignments } from "../releases/resolve.ts";
import { launch } from "../rollouts/launch.ts";
import { surroundings } from "../rollouts/surroundings.ts";
import { fleetScope } from "../scope.ts";
import { reachesOf } from "./choose.ts";

export interface Relabel {
  fleet: FleetRow;
  choice: AgentChoice;
  change: LabelChange;
  immediately: boolean;
  terms: RolloutPlanBody;
  planToken?: string | undefined;
  /** Of the one agent, where the caller sent what it must be. */
  etag?: string | undefined;
}

/** As many as one rollout relabels: their ids are kept with it. */
const agentsAtOnce = 10_000;

/** What `relabel` would do now. Writes nothing. */
export async function planRelabel(ctx: Context, input: Relabel): Promise<PlannedActions> {
  const { fleet, immediately } = input;
  const order = await orderOf(ctx, input);
  const plan = await askFleet(ctx, fleet, (stub, scope) => stub.planRelabel(scope, order));
  return { ...plan, byRollout: plan.runsOther > 0 && !immediately };
}

const orderOf = async (ctx: Context, { fleet, choice, change, etag }: Relabel): Promise<RelabelOrder> => ({
  choice,
  change,
  reaches: await reachesOf(ctx, fleet),
  ...(etag !== undefined && { etag }),
});

/**
 * Changes labels at once where no agent runs anything else by it, or where the caller says so; otherwise by a rollout
 * of the current release to these agents, which changes their labels as it starts.
 */
export async function relabel(
  ctx: Context,
  input: Relabel,
): Promise<{ plan: PlannedActions; rollout: Rollout | null }> {
  const { fleet, change } = input;
  const plan = await planRelabel(ctx, input);
  if (input.planToken !== undefined && input.planToken !== plan.planToken) {
    refuse(
      "plan_outdated",
      "The fleet has changed since the plan was made: other agents, labels or running configs. Look at the plan again, then send its token.",
      [{ path: "planToken", message: `the plan's token is now ${plan.planToken}` }],
    );
  }
  if (plan.total === 0) return { plan, rollout: null };
  if (plan.byRollout) return { plan, rollout: await rollOut(ctx, input, plan) };
  if (plan.runsOther > 0) await refuseHaste(ctx, fleet, plan);
  const by = { actor: ctx.actor.id, name: ctx.actor.name };
  const order = { ...(await orderOf(ctx, input)), planToken: plan.planToken };
  const note = {
    action: "agent.relabel",
    target: plan.ids.length === 1 ? (plan.ids[0] ?? fleet.id) : fleet.id,
    summary: `changed the labels of ${plural(plan.total, "agent")} of fleet ${fleet.slug}`,
    changes: [
      { path: "labels", after: change.set },
      ...(change.reset.length > 0 ? [{ path: "resetLabels", after: change.reset }] : []),
      { path: "agents", after: plan.ids.slice(0, 100) },
    ],
  };
  await ordered(ctx, fleet.organizationId, note, () =>
    askFleet(ctx, fleet, (stub, scope) => stub.relabelAgents(scope, order, by)),
  );
  return { plan, rollout: null };
}

async function rollOut(
  ctx: Context,
  { fleet, change, terms }: Relabel,
  plan: PlannedActions,
): Promise<Rollout> {
  await fleetScope(ctx, fleet.id, "rollout.write");
  if (plan.total > agentsAtOnce) {
    refuse("plan_impossible", `${plan.total} agents are more than one rollout relabels.`, [
      { path: "selector", message: `choose at most ${agentsAtOnce} agents` },
    ]);
  }
  const [environment, { currentReleaseId, activeRolloutId }] = await surroundings(ctx, fleet);
  const release = currentReleaseId && (await findRelease(ctx.db, [fleet.organizationId], currentReleaseId));
  if (!release) {
    return refuse(
      "plan_outdated",
      `Fleet ${fleet.name} has no current release any more. Look at the plan again.`,
    );
  }
  const [assignments, secrets] = await Promise.all([
    loadAssignments(ctx, release),
    sealedSecrets(ctx, release),
  ]);
  const id = ctx.ids.make("rollout");
  const { rollout } = await launch(ctx, {
    fleet,
    environment,
    activeRolloutId,
    release,
    isNew: false,
    assignments,
    secrets,
    named: assignments.length,
    revertOf: null,
    reapply: {
      agents: plan.ids,
      salt: id,
      byPolicy: false,
      relabel: change,
      reaches: await reachesOf(ctx, fleet),
    },
    id,
    terms: { ...terms, message: terms.message ?? `New labels of ${plural(plan.total, "agent")}` },
  });
  return rollout;
}

/** What runs is changed without a rollout: only where rollouts need nobody's leave. */
async function refuseHaste(ctx: Context, fleet: FleetRow, plan: PlannedActions): Promise<void> {
  await fleetScope(ctx, fleet.id, "rollout.write");
  const [environment] = await surroundings(ctx, fleet);
  const frozen =
    environment !== undefined && freezeAt(policyOf(environment).freezes, ctx.clock.now()) !== null;
  if (!environment?.protected && !frozen) return;
  refuse(
    "forbidden",
    `${plural(plan.runsOther, "agent")} would run something else, and environment ${environment?.name} is ${frozen ? "frozen" : "protected"}. Leave \`immediately\` out: a rollout then changes the labels, by the environment's rules.`,
    [{ path: "immediately", message: `is true, and the environment is ${frozen ? "frozen" : "protected"}` }],
  );
}
