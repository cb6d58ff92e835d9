import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { FleetId, RestartId } from "../../../domain/ids.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { AgentRestart, RestartAction } from "../../../protocol/api/agent-actions.ts";
import type { RestartSight } from "../../../protocol/rpc/agent-actions.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { makeReceipt } from "../receipts.ts";
import { fleetScopePartly } from "../scope.ts";
import { choiceOf } from "./choose.ts";

export interface RestartInput {
  fleet: FleetId;
  restart: RestartId;
}

export async function listRestarts({
  ctx,
  input,
}: {
  ctx: Context;
  input: { fleet: FleetId };
}): Promise<{ items: AgentRestart[] }> {
  const fleet = await fleetScopePartly(ctx, input.fleet, "agent.read");
  const sight = sightOf(ctx, fleet, "agent.read");
  return { items: await askFleet(ctx, fleet, (stub, scope) => stub.listRestarts(scope, sight)) };
}

export async function getRestart({
  ctx,
  input,
}: {
  ctx: Context;
  input: RestartInput;
}): Promise<AgentRestart> {
  const fleet = await fleetScopePartly(ctx, input.fleet, "agent.read");
  const sight = sightOf(ctx, fleet, "agent.read");
  return askFleet(ctx, fleet, (stub, scope) => stub.getRestart(scope, input.restart, sight));
}

export async function cancelRestart({
  ctx,
  input,
}: {
  ctx: Context;
  input: RestartInput;
}): Promise<RestartAction> {
  const fleet = await fleetScopePartly(ctx, input.fleet, "agent.operate");
  const by = { actor: ctx.actor.id, name: ctx.actor.name };
  const sight = sightOf(ctx, fleet, "agent.operate");
  const restart = await askFleet(ctx, fleet, (stub, scope) =>
    stub.cancelRestart(scope, input.restart, by, sight),
  );
  await commit(ctx, {
    organizationId: fleet.organizationId,
    note: {
      action: "restart.cancel",
      target: restart.id,
      summary: `cancelled restart ${restart.id} of fleet ${fleet.slug}`,
      changes: [{ path: "restart.state", before: "running", after: restart.state }],
    },
    statements: [],
  });
  const receipt = makeReceipt(ctx, {
    kind: "restart.cancel",
    ids: { fleet: fleet.id, restart: restart.id },
    summary: `No further agent is told to restart. ${restart.restarted} of ${restart.total} have restarted; those that restart now are not called back.`,
    changes: [{ path: "restart.state", before: "running", after: restart.state }],
  });
  return { ...restart, receipt };
}

/** Of a caller who may do that with some agents of the fleet only. */
function sightOf(ctx: Context, fleet: FleetRow, permission: Permission): RestartSight | undefined {
  const { visible } = choiceOf(ctx, fleet, {}, permission);
  return visible && { actor: ctx.actor.id, visible };
}
