import { DomainError } from "../../../domain/errors.ts";
import { parseSelector } from "../../../domain/fleets/selector.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { ListAgents } from "../../../protocol/rpc/fleet.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { fleetScope } from "../scope.ts";

export async function list({ ctx, input }: { ctx: Context; input: { fleet: FleetId; query: ListAgents } }) {
  const fleet = await fleetScope(ctx, input.fleet, "agent.read");
  if (input.query.label) checkLabel(input.query.label);
  return askFleet(ctx, fleet, (stub, scope) => stub.listAgents(scope, input.query));
}

function checkLabel(selector: string): void {
  try {
    parseSelector(selector);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const errors = (error.refusal.errors ?? []).map((one) => ({ ...one, path: "label" }));
    throw new DomainError({ ...error.refusal, errors });
  }
}
