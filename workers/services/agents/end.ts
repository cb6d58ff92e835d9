import type { FleetRow } from "../../../db/queries/fleets.ts";
import { refuse } from "../../../domain/errors.ts";
import { fitting, plural } from "../../../domain/plural.ts";
import type { AgentActionResult } from "../../../protocol/api/agent-actions.ts";
import type { EndOrder } from "../../../protocol/rpc/agent-actions.ts";
import { ordered } from "../audit/ordered.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { makeReceipt } from "../receipts.ts";

/** Revokes or decommissions many agents at once. */
export async function endMany(
  ctx: Context,
  fleet: FleetRow,
  order: EndOrder,
  planToken: string | undefined,
): Promise<AgentActionResult> {
  const plan = await askFleet(ctx, fleet, (stub, scope) => stub.planEnd(scope, order));
  if (planToken !== undefined && planToken !== plan.planToken) {
    refuse(
      "plan_outdated",
      "The fleet has changed since the plan was made: these are other agents. Look at the plan again, then send its token.",
      [{ path: "planToken", message: `the plan's token is now ${plan.planToken}` }],
    );
  }
  const decommissions = order.action === "decommission";
  const did = decommissions ? "decommissioned" : "revoked";
  const many = plural(plan.total, "agent");
  if (plan.total > 0) {
    const by = { actor: ctx.actor.id, name: ctx.actor.name };
    const note = {
      action: `agents.${order.action}`,
      target: fleet.id,
      summary: `${did} ${many} of fleet ${fleet.slug}${decommissions ? `: ${order.reason}` : ""}`,
      changes: [
        { path: "agents", after: plan.ids.slice(0, 100) },
        ...(decommissions
          ? [{ path: "decommissioned", after: { reason: order.reason, keepRunning: order.keepRunning } }]
          : []),
      ],
    };
    await ordered(ctx, fleet.organizationId, note, () =>
      askFleet(ctx, fleet, (stub, scope) =>
        stub.endAgents(scope, { ...order, planToken: plan.planToken }, by),
      ),
    );
  }
  const are = fitting(plan.total, "is", "are");
  const theirs = fitting(plan.total, "its credential counts", "their credentials count");
  return {
    agents: plan.total,
    rolloutId: null,
    restart: null,
    receipt: makeReceipt(ctx, {
      kind: `agents.${order.action}`,
      ids: { fleet: fleet.id },
      summary:
        plan.total === 0
          ? "These agents were ended before; nothing has changed."
          : `${many} of fleet ${fleet.name} ${are} ${did}: ${theirs} no longer.`,
      warnings: plan.warnings,
      changes: plan.total === 0 ? [] : [{ path: "agents", after: did }],
      next: [
        {
          label: "Enrol machines anew",
          command: `muster tokens create --fleet ${fleet.slug}`,
          href: `/v1/fleets/${fleet.id}/enrollment-tokens`,
        },
      ],
    }),
  };
}
