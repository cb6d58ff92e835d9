import { type CountedQuota, firstFleets, fullestConfig, quotaUse } from "../../../db/queries/quotas.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import { type Access, can, type Place } from "../../../domain/tenancy/access.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import { planTerms, type QuotaName, quotaNames } from "../../../domain/tenancy/plans.ts";
import type { Quota, Quotas } from "../../../protocol/api/quotas.ts";
import type { Context, Membership } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { organizationScope } from "../scope.ts";
import { ratesOf } from "./rates.ts";

/** So many fleets are asked how full they are; of more, nobody is told. */
const fleetsAsked = 20;

const isCounted = (name: QuotaName): name is CountedQuota =>
  name !== "agentsPerFleet" && name !== "versionsPerConfig";
const counted = quotaNames.filter(isCounted);

/** What the plan allows, and what is used of it now. */
export async function get({ ctx, input }: { ctx: Context; input: { org: OrganizationId } }): Promise<Quotas> {
  const organization = organizationScope(ctx, input.org, "quota.read");
  const { id, access } = organization;
  const [use, config, fleet, rates] = await Promise.all([
    quotaUse(ctx.db, id, counted, ctx.clock.now()),
    fullestConfig(ctx.db, id),
    fullestFleet(ctx, organization),
    ratesOf(ctx, organization),
  ]);
  if (!use) throw new Error(`organization ${id} is missing in the store`);
  const { quotas, auditRetentionDays } = planTerms[use.plan];
  const usedOf = (name: QuotaName): Pick<Quota, "scope" | "used" | "fullest"> => {
    if (isCounted(name)) {
      return { scope: "organization", used: use.used[counted.indexOf(name)] ?? null, fullest: null };
    }
    return name === "agentsPerFleet"
      ? { scope: "fleet", ...fleet }
      : {
          scope: "config",
          used: config?.latestVersion ?? 0,
          fullest: namedTo(access, "config.read", config),
        };
  };
  return {
    organizationId: id,
    plan: use.plan,
    auditRetentionDays,
    quotas: quotaNames.map((name) => ({ name, limit: quotas[name], ...usedOf(name) })),
    rates,
  };
}

type Used = Pick<Quota, "used" | "fullest">;

/** Who may see how much is used may yet not be allowed to see where. */
function namedTo(
  access: Access,
  permission: Permission,
  one: ({ id: string; name: string } & Place) | undefined,
): Quota["fullest"] {
  if (!one) return null;
  const { id, name, projectId, environmentId } = one;
  const place = { ...(projectId && { projectId }), ...(environmentId && { environmentId }) };
  return can(access, permission, place) ? { id, name } : null;
}

async function fullestFleet(ctx: Context, { id, access }: Membership): Promise<Used> {
  const fleets = await firstFleets(ctx.db, id, fleetsAsked + 1);
  if (fleets.length > fleetsAsked) return { used: null, fullest: null };
  const asked = await Promise.all(
    fleets.map(async (fleet) => ({
      fleet,
      answer: await tryFleet(ctx, fleet, (stub, scope) => stub.summary(scope)),
    })),
  );
  let fullest: { used: number; fleet: (typeof fleets)[number] } | null = null;
  for (const { fleet, answer } of asked) {
    // A fleet that was never told who it is has no agents.
    if (!answer.ok && answer.refusal.code !== "not_found") return { used: null, fullest: null };
    const used = answer.ok ? answer.value.counts.total : 0;
    if (!fullest || used > fullest.used) fullest = { used, fleet };
  }
  return { used: fullest?.used ?? 0, fullest: namedTo(access, "fleet.read", fullest?.fleet) };
}
