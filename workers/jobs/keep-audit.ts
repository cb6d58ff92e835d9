import { writeUnaudited } from "../../db/batch.ts";
import { auditChain, removeAuditEventsUpTo } from "../../db/queries/audit.ts";
import { purgeExecSessions } from "../../db/queries/exec-sessions.ts";
import { organizationsByOldestEvent, organizationsToSeal } from "../../db/queries/system.ts";
import type { OrganizationId } from "../../domain/ids.ts";
import { planTerms } from "../../domain/tenancy/plans.ts";
import { seal, sealAsFarAsPossible } from "../services/audit/seal.ts";
import type { Platform } from "../services/context.ts";

const organizationsAtOnce = 100;
const eventsAtOnce = 1_000;
/** How many events of one organization go in one run: what is left goes in the next. */
const rounds = 10;
const dayMs = 24 * 3_600_000;

/** What a request wrote and did not come to seal. */
export async function sealAudit(platform: Platform): Promise<void> {
  for (const id of await organizationsToSeal(platform.db, organizationsAtOnce)) {
    await sealAsFarAsPossible(platform, id);
  }
}

/** Removes what is older than its plan keeps, oldest first and without a gap; the anchor keeps the chain checkable. */
export async function expireAudit(platform: Platform): Promise<void> {
  let after: OrganizationId | null = null;
  for (;;) {
    const rows: Awaited<ReturnType<typeof organizationsByOldestEvent>> = await organizationsByOldestEvent(
      platform.db,
      after,
      organizationsAtOnce,
    );
    for (const { id, plan, oldestAtMs } of rows) {
      const beforeMs = platform.clock.now() - planTerms[plan].auditRetentionDays * dayMs;
      if (oldestAtMs !== null && oldestAtMs < beforeMs) await expireOf(platform, id, beforeMs);
    }
    const last = rows.at(-1);
    if (!last || rows.length < organizationsAtOnce) return;
    after = last.id;
  }
}

/** One organization that fails keeps no other from it. */
async function expireOf(platform: Platform, id: OrganizationId, beforeMs: number): Promise<void> {
  try {
    await seal(platform, id);
    // What was run is told as long as who ran it.
    await writeUnaudited(platform.db, "removal of what has expired", [
      purgeExecSessions(platform.db, id, beforeMs),
    ]);
    for (let round = 0; round < rounds; round++) {
      if ((await expireSome(platform, id, beforeMs)) < eventsAtOnce) return;
    }
  } catch (error) {
    platform.log.error("audit events could not be removed at their end", { organizationId: id }, error);
  }
}

/** Answers how many went. */
async function expireSome({ db }: Platform, id: OrganizationId, beforeMs: number): Promise<number> {
  const oldest = await auditChain(db, id, { afterSeq: 0, limit: eventsAtOnce });
  const kept = oldest.findIndex(({ at }) => at >= beforeMs);
  const expired = kept === -1 ? oldest : oldest.slice(0, kept);
  const last = expired.at(-1);
  if (!last?.hash) return 0;
  const anchor = { seq: last.seq, hash: last.hash, removedBefore: beforeMs };
  await writeUnaudited(db, "removal of what has expired", removeAuditEventsUpTo(db, id, anchor));
  return expired.length;
}
