import { type QuotaCheck, quotaNameOf, quotaUse } from "../../../db/queries/quotas.ts";
import { DomainError } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import { quotaRefusal } from "../../../domain/tenancy/quota-refusal.ts";
import type { PublicContext } from "../context.ts";

/** Refuses a write that would break a quota, with what is used of it. Returns only when the organization is gone. */
export async function refuseQuota(
  ctx: PublicContext,
  organizationId: OrganizationId,
  check: QuotaCheck,
): Promise<void> {
  const use = await quotaUse(ctx.db, organizationId, [check], ctx.clock.now());
  if (use) throw new DomainError(quotaRefusal(quotaNameOf(check), use.plan, use.used[0] ?? 0));
}
