import { DomainError } from "../../../domain/errors.ts";
import { parseSelector } from "../../../domain/fleets/selector.ts";
import type { FleetId } from "../../../domain/ids.ts";
import { can } from "../../../domain/tenancy/access.ts";
import { labelFilter } from "../../../domain/tenancy/label-filter.ts";
import type { FleetComponents } from "../../../protocol/api/collector.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { accessIn, fleetScopePartly, placeOf } from "../scope.ts";

interface Input {
  fleet: FleetId;
  selector?: string;
}

/** What the agents that the caller may see say of themselves. */
export async function listFleetComponents({
  ctx,
  input: { fleet: fleetId, selector },
}: {
  ctx: Context;
  input: Input;
}): Promise<FleetComponents> {
  const fleet = await fleetScopePartly(ctx, fleetId, "agent.read");
  if (selector) checkSelector(selector);
  const access = accessIn(ctx, fleet.organizationId);
  const place = placeOf(fleet);
  return askFleet(ctx, fleet, (stub, scope) =>
    stub.fleetComponents(scope, {
      ...(selector && { selector }),
      ...(!can(access, "agent.read", place) && { visible: labelFilter(access, "agent.read", place) }),
    }),
  );
}

function checkSelector(selector: string): void {
  try {
    parseSelector(selector);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const errors = (error.refusal.errors ?? []).map((one) => ({ ...one, path: "selector" }));
    throw new DomainError({ ...error.refusal, errors });
  }
}
