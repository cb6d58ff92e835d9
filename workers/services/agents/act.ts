import type { FleetRow } from "../../../db/queries/fleets.ts";
import { refuse } from "../../../domain/errors.ts";
import type { AgentId, FleetId } from "../../../domain/ids.ts";
import { plural } from "../../../domain/plural.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type {
  AgentActionBody,
  AgentActionPlan,
  AgentActionResult,
} from "../../../protocol/api/agent-actions.ts";
import type {
  AgentChoice,
  EndOrder,
  PlannedActions,
  RestartOrder,
} from "../../../protocol/rpc/agent-actions.ts";
import { ordered } from "../audit/ordered.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { makeReceipt } from "../receipts.ts";
import { fleetScopePartly } from "../scope.ts";
import { choiceOf } from "./choose.ts";
import { endMany } from "./end.ts";
import { planRelabel, type Relabel, relabel } from "./relabel.ts";

export interface ActOnAgents {
  fleet: FleetId;
  body: AgentActionBody;
}

type LabelBody = Extract<AgentActionBody, { action: "label" }>;
type EndBody = Extract<AgentActionBody, { action: "revoke" | "decommission" }>;
type RestartBody = Extract<AgentActionBody, { action: "restart" }>;

/** What `act` would do now. Writes nothing. */
export async function previewAct({
  ctx,
  input: { fleet: fleetId, body },
}: {
  ctx: Context;
  input: ActOnAgents;
}): Promise<AgentActionPlan> {
  const fleet = await fleetScopePartly(ctx, fleetId, permissionTo(body));
  const { ids: _, ...plan } = await planOf(ctx, fleet, body);
  return plan;
}

/** One order for many agents. */
export async function act({
  ctx,
  input: { fleet: fleetId, body },
}: {
  ctx: Context;
  input: ActOnAgents;
}): Promise<AgentActionResult> {
  const fleet = await fleetScopePartly(ctx, fleetId, permissionTo(body));
  if (body.action === "label") return labelMany(ctx, fleet, body);
  if (body.action === "restart") return restartMany(ctx, fleet, body);
  return endMany(ctx, fleet, endOf(ctx, fleet, body), body.planToken);
}

const permissionTo = ({ action }: AgentActionBody): Permission =>
  action === "label" || action === "restart" ? "agent.operate" : "agent.revoke";

function planOf(ctx: Context, fleet: FleetRow, body: AgentActionBody): Promise<PlannedActions> {
  if (body.action === "label") return planRelabel(ctx, relabelOf(ctx, fleet, body));
  if (body.action === "restart") {
    return askFleet(ctx, fleet, (stub, scope) => stub.planRestart(scope, restartOf(ctx, fleet, body)));
  }
  return askFleet(ctx, fleet, (stub, scope) => stub.planEnd(scope, endOf(ctx, fleet, body)));
}

async function labelMany(ctx: Context, fleet: FleetRow, body: LabelBody): Promise<AgentActionResult> {
  const { plan, rollout } = await relabel(ctx, relabelOf(ctx, fleet, body));
  const many = plural(plan.total, "agent");
  const summary =
    plan.total === 0
      ? "These agents have these labels already; nothing has changed."
      : rollout
        ? `Rollout ${rollout.id} changes the labels of ${many} as it starts, and gives them what the current release has for those.`
        : `${many} of fleet ${fleet.name} ${plan.total === 1 ? "has" : "have"} new labels${plan.runsOther > 0 ? `, and ${plural(plan.runsOther, "agent")} something else to run` : ". What runs stays as it is"}.`;
  return {
    agents: plan.total,
    rolloutId: rollout?.id ?? null,
    restart: null,
    receipt: makeReceipt(ctx, {
      kind: "agents.label",
      ids: { fleet: fleet.id, ...(rollout && { rollout: rollout.id }) },
      summary,
      warnings: plan.warnings,
      changes: plan.total === 0 ? [] : [{ path: "labels", after: body.labels }],
      next: rollout
        ? [
            {
              label: "Follow the rollout",
              command: `muster rollouts watch ${rollout.id}`,
              href: `/v1/rollouts/${rollout.id}`,
            },
          ]
        : [],
    }),
  };
}

async function restartMany(ctx: Context, fleet: FleetRow, body: RestartBody): Promise<AgentActionResult> {
  const order = restartOf(ctx, fleet, body);
  const plan = await askFleet(ctx, fleet, (stub, scope) => stub.planRestart(scope, order));
  if (body.planToken !== undefined && body.planToken !== plan.planToken) {
    refuse(
      "plan_outdated",
      "The fleet has changed since the plan was made: other agents, or others online. Look at the plan again, then send its token.",
      [{ path: "planToken", message: `the plan's token is now ${plan.planToken}` }],
    );
  }
  const by = { actor: ctx.actor.id, name: ctx.actor.name };
  const id = ctx.ids.make("restart");
  const note = {
    action: "agents.restart",
    target: id,
    summary: `restarts ${plural(plan.total, "agent")} of fleet ${fleet.slug}, ${plan.maxUnavailable} at the same time`,
    changes: [{ path: "agents", after: plan.ids.slice(0, 100) }],
  };
  const restart = await ordered(ctx, fleet.organizationId, note, () =>
    askFleet(ctx, fleet, (stub, scope) =>
      stub.startRestart(scope, { ...order, id, planToken: plan.planToken }, by),
    ),
  );
  return {
    agents: restart.total,
    rolloutId: null,
    restart,
    receipt: makeReceipt(ctx, {
      kind: "agents.restart",
      ids: { fleet: fleet.id, restart: restart.id },
      summary: `${plural(restart.total, "agent")} of fleet ${fleet.name} restart, ${restart.maxUnavailable} at the same time; the next is told when one is back and healthy.`,
      warnings: plan.warnings,
      next: [
        {
          label: "See how it goes",
          command: `muster agents restarts get ${restart.id} --fleet ${fleet.slug}`,
          href: `/v1/fleets/${fleet.id}/restarts/${restart.id}`,
        },
      ],
      undo: {
        command: `muster agents restarts cancel ${restart.id} --fleet ${fleet.slug}`,
        href: `/v1/fleets/${fleet.id}/restarts/${restart.id}/cancel`,
      },
    }),
  };
}

function relabelOf(ctx: Context, fleet: FleetRow, body: LabelBody): Relabel {
  return {
    fleet,
    choice: choose(ctx, fleet, body),
    change: { set: body.labels, reset: body.resetLabels },
    immediately: body.immediately,
    terms: body.rollout,
    planToken: body.planToken,
  };
}

function restartOf(ctx: Context, fleet: FleetRow, body: RestartBody): RestartOrder {
  const { maxUnavailable, timeoutSeconds } = body;
  return { choice: choose(ctx, fleet, body), maxUnavailable, timeoutSeconds };
}

function endOf(ctx: Context, fleet: FleetRow, body: EndBody): EndOrder {
  const choice = choose(ctx, fleet, body);
  if (body.action === "revoke") return { action: body.action, choice };
  return { action: body.action, choice, reason: body.reason, keepRunning: body.keepRunning };
}

function choose(ctx: Context, fleet: FleetRow, body: AgentActionBody): AgentChoice {
  const { selector } = body;
  // The body's schema has checked the ids.
  const agents = body.agents as AgentId[] | undefined;
  return choiceOf(ctx, fleet, { selector, agents }, permissionTo(body));
}
