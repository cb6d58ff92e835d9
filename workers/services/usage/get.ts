import { refuse } from "../../../domain/errors.ts";
import type { FleetId, OrganizationId } from "../../../domain/ids.ts";
import { usageReport } from "../../billing/usage-report.ts";
import type { Context } from "../context.ts";
import { fleetScope, missing, somewhereScope } from "../scope.ts";
import { usageSources } from "./sources.ts";

export interface UsageInput {
  org: OrganizationId;
  from?: string | undefined;
  to?: string | undefined;
  fleet?: FleetId | undefined;
}

const maxPeriodMs = 366 * 24 * 3_600_000;

/** The period as epoch ms, as far as it was named. */
export function askedPeriod(ctx: Context, { from, to, fleet }: Omit<UsageInput, "org">) {
  if (from !== undefined) {
    const lengthMs = (to === undefined ? ctx.clock.now() : Date.parse(to)) - Date.parse(from);
    if (lengthMs < 0 || lengthMs > maxPeriodMs) {
      refuse("validation_failed", "The period must end after it begins, and last 366 days at most.", [
        { path: "from", message: "must be before `to`, by 366 days at most" },
      ]);
    }
  }
  return {
    ...(from !== undefined && { fromMs: Date.parse(from) }),
    ...(to !== undefined && { toMs: Date.parse(to) }),
    ...(fleet !== undefined && { fleet }),
  };
}

export async function get({ ctx, input }: { ctx: Context; input: UsageInput }) {
  const { organization, places } = somewhereScope(ctx, input.org, "usage.read");
  if (input.fleet) await fleetOf(ctx, organization.id, input.fleet);
  return usageReport(usageSources(ctx, organization.id, places), organization.id, askedPeriod(ctx, input));
}

export async function fleetOf(ctx: Context, organizationId: OrganizationId, fleetId: FleetId): Promise<void> {
  const fleet = await fleetScope(ctx, fleetId, "usage.read");
  if (fleet.organizationId !== organizationId) missing("fleet", fleetId);
}
